# wrong: misdiagnosed
# Drawing anew from p is taken for an exact-match test.
diagnose_verifiers = {
    "verifier_a": "absolute_residual",
    "verifier_b": "one_u_per_round",
    "verifier_c": "inverted_ratio",
    "verifier_d": "resample_after_mismatch",
    "verifier_e": "accept_if_p_at_least_q",
}
