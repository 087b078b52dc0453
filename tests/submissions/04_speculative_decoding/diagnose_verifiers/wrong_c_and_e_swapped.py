# wrong: misdiagnosed
# The two wrong tests are exchanged.
diagnose_verifiers = {
    "verifier_a": "absolute_residual",
    "verifier_b": "one_u_per_round",
    "verifier_c": "accept_if_p_at_least_q",
    "verifier_d": "resample_from_p",
    "verifier_e": "inverted_ratio",
}
