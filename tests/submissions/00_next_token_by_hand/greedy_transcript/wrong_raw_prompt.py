# wrong: not_greedy
# The text is continued without the chat template, so another prompt is scored.

greedy_transcript = {
    "token_ids": [198, 198, 788, 451, 1183, 28, 260, 6936, 476, 13929, 99, 18],
    "u": None,
    "logprob": -7.4883,
    "weights": "b179c9523d0e6a0f",
}
