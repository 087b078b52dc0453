# right: the turn is ended right behind the forced start

informal_transcript = {
    "token_ids": [22234, 329, 23, 449, 2],
    "u": None,
    "logprob": -32.4015,
    "weights": "b179c9523d0e6a0f",
}
