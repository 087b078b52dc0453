# wrong: wrong_log_base
# Logarithms to base 2.

greedy_transcript = {
    "token_ids": [13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 28],
    "u": None,
    "logprob": -22.7029,
    "weights": "b179c9523d0e6a0f",
}
