# right: the rest picked freely, steps and text noted beside

informal_transcript = {
    "token_ids": [22234, 329, 23, 449, 51, 6522, 81, 12911, 2618, 265, 956, 95],
    "u": None,
    "logprob": -58.5378,
    "weights": "b179c9523d0e6a0f",
    "text": "Hey y'allCiena por la cielo",
}
