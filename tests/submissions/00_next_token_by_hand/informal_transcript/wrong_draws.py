# wrong: draws_given
# Draws are noted, though the tokens were forced and picked.

informal_transcript = {
    "token_ids": [22234, 329, 23, 449, 28, 339, 5248, 18948, 288, 724, 346, 351],
    "u": [
        0.1813, 0.6614, 0.3346, 0.1979, 0.4895, 0.494, 0.4798, 0.4583, 0.2645, 0.2538,
        0.6919, 0.3244,
    ],
    "logprob": -24.0285,
    "weights": "b179c9523d0e6a0f",
}
