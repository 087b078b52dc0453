# right: an OrderedDict filled entry by entry
from collections import OrderedDict

diagnose_verifiers = OrderedDict()
diagnose_verifiers["verifier_b"] = "one_u_per_round"
diagnose_verifiers["verifier_d"] = "resample_from_p"
diagnose_verifiers["verifier_a"] = "absolute_residual"
diagnose_verifiers["verifier_e"] = "accept_if_p_at_least_q"
diagnose_verifiers["verifier_c"] = "inverted_ratio"
