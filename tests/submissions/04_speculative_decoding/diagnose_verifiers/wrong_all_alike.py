# wrong: misdiagnosed
# One bug for all five.
diagnose_verifiers = {f"verifier_{x}": "resample_from_p" for x in "abcde"}
