# right: all tokens picked; the second is the first surprise, the twelfth ends the turn

informal_transcript = {
    "token_ids": [13793, 310, 6401, 1264, 5415, 430, 2618, 262, 7712, 651, 10824, 2],
    "u": None,
    "logprob": -54.987,
    "weights": "b179c9523d0e6a0f",
}
