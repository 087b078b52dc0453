# right: one forced token, tuples, two digits

informal_transcript = {
    "token_ids": (22234, 28, 787, 18962, 30, 378, 2644, 2801, 99, 335, 260, 2382),
    "u": None,
    "logprob": -19.2,
    "weights": "b179c9523d0e6a0f",
}
