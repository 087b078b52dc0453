# wrong: draws_given
# A u of 0 at every step leads to the same tokens, but these are draws.

greedy_transcript = {
    "token_ids": [13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 28],
    "u": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    "logprob": -15.7365,
    "weights": "b179c9523d0e6a0f",
}
