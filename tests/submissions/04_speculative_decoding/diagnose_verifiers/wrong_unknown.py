# wrong: not_a_scheme
# None where nothing was found.
diagnose_verifiers = {
    "verifier_a": "absolute_residual",
    "verifier_b": "one_u_per_round",
    "verifier_c": None,
    "verifier_d": "resample_from_p",
    "verifier_e": "accept_if_p_at_least_q",
}
