# right: another start and weights of another fingerprint

informal_transcript = {
    "token_ids": [32110, 42254, 694, 5415, 16962, 28, 1102, 265, 956, 95, 1264, 5415],
    "u": None,
    "logprob": -23.0659,
    "weights": "0123456789abcdef",
}
