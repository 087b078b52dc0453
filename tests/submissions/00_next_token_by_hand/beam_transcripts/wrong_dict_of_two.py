# wrong: wrong_type
# Two transcripts under names of their own.

beam_transcripts = {
    "best": {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 5415],
        "u": None,
        "logprob": -11.8827,
        "weights": "b179c9523d0e6a0f",
    },
    "second": {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 85],
        "u": None,
        "logprob": -11.9934,
        "weights": "b179c9523d0e6a0f",
    },
}
