# wrong: misdiagnosed
# The two wrong replacements are exchanged.
diagnose_verifiers = {
    "verifier_a": "resample_from_p",
    "verifier_b": "one_u_per_round",
    "verifier_c": "inverted_ratio",
    "verifier_d": "absolute_residual",
    "verifier_e": "accept_if_p_at_least_q",
}
