# wrong: not_greedy
# The joke is continued, not the translation.

greedy_transcript = {
    "token_ids": [1780, 506, 253, 24021, 563, 253, 15639, 10703, 47, 198, 49, 42],
    "u": None,
    "logprob": -12.7034,
    "weights": "b179c9523d0e6a0f",
}
