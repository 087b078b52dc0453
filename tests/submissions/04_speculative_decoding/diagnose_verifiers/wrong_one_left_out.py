# wrong: missing_key
# The one that was not found has no entry.
diagnose_verifiers = {
    "verifier_a": "absolute_residual",
    "verifier_c": "inverted_ratio",
    "verifier_d": "resample_from_p",
    "verifier_e": "accept_if_p_at_least_q",
}
