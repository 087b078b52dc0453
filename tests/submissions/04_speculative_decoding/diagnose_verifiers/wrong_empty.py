# wrong: missing_key
# Nothing yet.
diagnose_verifiers = {}
