# wrong: mean_not_sum
# The mean over the twelve tokens.

informal_transcript = {
    "token_ids": [22234, 329, 23, 449, 28, 339, 5248, 18948, 288, 724, 346, 351],
    "u": None,
    "logprob": -2.0024,
    "weights": "b179c9523d0e6a0f",
}
