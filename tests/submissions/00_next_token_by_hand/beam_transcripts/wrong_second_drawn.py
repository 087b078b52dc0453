# wrong: not_beam_search
# The better beam, and a drawn transcript beside it.

beam_transcripts = [
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 5415],
        "u": None,
        "logprob": -11.8827,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [5056, 2618, 265, 956, 81, 303, 4130, 6503, 42, 3906, 1599, 10905],
        "u": None,
        "logprob": -24.4235,
        "weights": "b179c9523d0e6a0f",
    },
]
