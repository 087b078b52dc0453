# wrong: not_greedy
# The last token is one that seemed to fit better.

greedy_transcript = {
    "token_ids": [13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 744],
    "u": None,
    "logprob": -20.8862,
    "weights": "b179c9523d0e6a0f",
}
