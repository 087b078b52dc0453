# wrong: not_a_scheme
# The bug in words.
diagnose_verifiers = {
    "verifier_a": "absolute_residual",
    "verifier_b": "uses the same random number for every token",
    "verifier_c": "inverted_ratio",
    "verifier_d": "resample_from_p",
    "verifier_e": "accept_if_p_at_least_q",
}
