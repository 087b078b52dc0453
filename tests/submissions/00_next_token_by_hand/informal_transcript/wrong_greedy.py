# wrong: nothing_forced
# Nothing is forced: the greedy transcript again.

informal_transcript = {
    "token_ids": [13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 28],
    "u": None,
    "logprob": -15.7365,
    "weights": "b179c9523d0e6a0f",
}
