# wrong: only_best_beam_extended
# Both candidates are taken from the better beam, the other is forgotten.

beam_transcripts = [
    {
        "token_ids": [13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 28],
        "u": None,
        "logprob": -15.7365,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 430],
        "u": None,
        "logprob": -16.1459,
        "weights": "b179c9523d0e6a0f",
    },
]
