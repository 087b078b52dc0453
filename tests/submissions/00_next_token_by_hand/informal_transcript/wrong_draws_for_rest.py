# wrong: draws_given
# Draws for the tokens behind the forced start.

informal_transcript = {
    "token_ids": [22234, 329, 23, 449, 51, 6522, 81, 12911, 2618, 265, 956, 95],
    "u": [0.238, 0.5442, 0.37, 0.6039, 0.6257, 0.0655, 0.0132, 0.8375],
    "logprob": -58.5378,
    "weights": "b179c9523d0e6a0f",
}
