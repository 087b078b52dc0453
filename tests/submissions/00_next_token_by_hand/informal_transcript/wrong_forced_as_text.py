# wrong: wrong_type
# The forced start as text in front of the ids.

informal_transcript = {
    "token_ids": ["Hey y'all", 28, 339, 5248, 18948, 288, 724, 346, 351],
    "u": None,
    "logprob": -24.0285,
    "weights": "b179c9523d0e6a0f",
}
