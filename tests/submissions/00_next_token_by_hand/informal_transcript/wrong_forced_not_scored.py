# wrong: forced_not_scored
# Forced tokens are taken to be certain: only the free ones are scored.

informal_transcript = {
    "token_ids": [22234, 329, 23, 449, 28, 339, 5248, 18948, 288, 724, 346, 351],
    "u": None,
    "logprob": -7.2972,
    "weights": "b179c9523d0e6a0f",
}
