# wrong: not_a_scheme
# Spaces in the names.
diagnose_verifiers = {
    "verifier_a": "absolute residual",
    "verifier_b": "one u per round",
    "verifier_c": "inverted_ratio",
    "verifier_d": "resample_from_p",
    "verifier_e": "accept_if_p_at_least_q",
}
