# right: forced start whose first character is two tokens

informal_transcript = {
    "token_ids": [141, 111, 56, 7866, 17, 6892, 922, 430, 2651, 291, 2618, 265],
    "u": None,
    "logprob": -23.1117,
    "weights": "b179c9523d0e6a0f",
}
