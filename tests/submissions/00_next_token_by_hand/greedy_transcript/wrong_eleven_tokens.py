# wrong: wrong_length
# One token short of twelve, and no end of turn.

greedy_transcript = {
    "token_ids": [13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81],
    "u": None,
    "logprob": -13.9495,
    "weights": "b179c9523d0e6a0f",
}
