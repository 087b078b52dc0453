# wrong: mean_not_sum
# The mean over the tokens, as a training loss is.

greedy_transcript = {
    "token_ids": [13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 28],
    "u": None,
    "logprob": -1.3114,
    "weights": "b179c9523d0e6a0f",
}
