# wrong: eos_not_scored
# The end of turn is not scored.

informal_transcript = {
    "token_ids": [22234, 329, 23, 449, 2],
    "u": None,
    "logprob": -16.7313,
    "weights": "b179c9523d0e6a0f",
}
