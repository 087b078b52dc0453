# right: made with weights of another fingerprint, which is a problem for a person and no mistake

greedy_transcript = {
    "token_ids": [13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 28],
    "u": None,
    "logprob": -15.7365,
    "weights": "0123456789abcdef",
}
