# wrong: wrong_type
# The dict as a text.
diagnose_verifiers = {
    "verifier_a": "absolute_residual",
    "verifier_b": "one_u_per_round",
    "verifier_c": "inverted_ratio",
    "verifier_d": "resample_from_p",
    "verifier_e": "accept_if_p_at_least_q",
}
diagnose_verifiers = str(diagnose_verifiers)
