# right: two lists zipped
bugs = "absolute_residual one_u_per_round inverted_ratio resample_from_p accept_if_p_at_least_q"
diagnose_verifiers = dict(zip([f"verifier_{x}" for x in "abcde"], bugs.split(), strict=True))
