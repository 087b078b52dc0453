# wrong: wrong_length
# Only the next token, not the twelve that follow.

greedy_transcript = {
    "token_ids": [13793],
    "u": None,
    "logprob": -1.7863,
    "weights": "b179c9523d0e6a0f",
}
