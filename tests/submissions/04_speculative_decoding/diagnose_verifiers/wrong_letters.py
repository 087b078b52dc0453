# wrong: missing_key
# The letters alone.
diagnose_verifiers = {
    "a": "absolute_residual",
    "b": "one_u_per_round",
    "c": "inverted_ratio",
    "d": "resample_from_p",
    "e": "accept_if_p_at_least_q",
}
