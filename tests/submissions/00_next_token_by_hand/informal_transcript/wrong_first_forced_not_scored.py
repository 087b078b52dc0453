# wrong: logprob_differs
# The first forced token is left out of the sum.

informal_transcript = {
    "token_ids": [22234, 329, 23, 449, 28, 339, 5248, 18948, 288, 724, 346, 351],
    "u": None,
    "logprob": -14.0673,
    "weights": "b179c9523d0e6a0f",
}
