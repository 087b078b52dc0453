# wrong: logprob_differs
# Twelve tokens behind the forced start, scored behind it, but written without it.

informal_transcript = {
    "token_ids": [28, 339, 5248, 18948, 288, 724, 346, 351, 469, 31801, 2428, 30],
    "u": None,
    "logprob": -12.9882,
    "weights": "b179c9523d0e6a0f",
}
