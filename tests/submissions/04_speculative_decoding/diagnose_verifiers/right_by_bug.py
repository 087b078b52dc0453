# right: written down by bug and turned round, in another order, with notes
found = {
    "accept_if_p_at_least_q": "e",
    "inverted_ratio": "c",
    "resample_from_p": "d",
    "absolute_residual": "a",
    "one_u_per_round": "b",
}
diagnose_verifiers = {f"verifier_{letter}": bug for bug, letter in found.items()}
diagnose_verifiers["notes"] = "c keeps the draft's favourites"
