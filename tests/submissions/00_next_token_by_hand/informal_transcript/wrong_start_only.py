# wrong: wrong_length
# The forced start alone, with nothing behind it.

informal_transcript = {
    "token_ids": [22234, 329, 23, 449],
    "u": None,
    "logprob": -16.7313,
    "weights": "b179c9523d0e6a0f",
}
