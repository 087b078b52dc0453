# wrong: beams_alike
# Both beams hold the same tokens, as beams that all start from the same state do.

beam_transcripts = [
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 5415],
        "u": None,
        "logprob": -11.8827,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 5415],
        "u": None,
        "logprob": -11.8827,
        "weights": "b179c9523d0e6a0f",
    },
]
