# wrong: wrong_length
# Twelve tokens behind the four forced ones.

informal_transcript = {
    "token_ids": [
        22234, 329, 23, 449, 28, 339, 5248, 18948, 288, 724, 346, 351, 469, 31801, 2428,
        30,
    ],
    "u": None,
    "logprob": -29.7194,
    "weights": "b179c9523d0e6a0f",
}
