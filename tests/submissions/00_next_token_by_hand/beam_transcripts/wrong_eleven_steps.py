# wrong: wrong_length
# Stopped one step early.

beam_transcripts = [
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264],
        "u": None,
        "logprob": -11.0142,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 427],
        "u": None,
        "logprob": -11.9448,
        "weights": "b179c9523d0e6a0f",
    },
]
