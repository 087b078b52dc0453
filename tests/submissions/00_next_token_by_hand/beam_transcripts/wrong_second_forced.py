# wrong: not_beam_search
# The better beam, and one with a forced start beside it.

beam_transcripts = [
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 5415],
        "u": None,
        "logprob": -11.8827,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [22234, 329, 23, 449, 28, 339, 5248, 18948, 288, 724, 346, 351],
        "u": None,
        "logprob": -24.0285,
        "weights": "b179c9523d0e6a0f",
    },
]
