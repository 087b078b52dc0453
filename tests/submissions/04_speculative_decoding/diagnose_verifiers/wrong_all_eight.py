# wrong: two_bugs_each
# Every name for every verifier.
names = [
    "resample_from_p",
    "absolute_residual",
    "accept_if_p_at_least_q",
    "inverted_ratio",
    "softmax_q_for_greedy_draft",
    "wrong_temperature_recorded",
    "resample_after_mismatch",
    "one_u_per_round",
]
diagnose_verifiers = {f"verifier_{x}": names for x in "abcde"}
