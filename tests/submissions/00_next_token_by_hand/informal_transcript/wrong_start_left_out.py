# wrong: wrong_length
# The forced ids are left out of the transcript.

informal_transcript = {
    "token_ids": [28, 339, 5248, 18948, 288, 724, 346, 351],
    "u": None,
    "logprob": -7.2972,
    "weights": "b179c9523d0e6a0f",
}
