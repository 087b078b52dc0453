# right: forced start of four tokens, greedy from there on

informal_transcript = {
    "token_ids": [22234, 329, 23, 449, 28, 339, 5248, 18948, 288, 724, 346, 351],
    "u": None,
    "logprob": -24.0285,
    "weights": "b179c9523d0e6a0f",
}
