# wrong: probability_not_logprob
# The products of the probabilities.

beam_transcripts = [
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 5415],
        "u": None,
        "logprob": 6.909e-06,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 85],
        "u": None,
        "logprob": 6.185e-06,
        "weights": "b179c9523d0e6a0f",
    },
]
