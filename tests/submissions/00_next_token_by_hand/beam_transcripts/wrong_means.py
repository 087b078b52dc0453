# wrong: mean_not_sum
# Totals divided by the length, as with a length penalty of 1.

beam_transcripts = [
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 5415],
        "u": None,
        "logprob": -0.9902,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 85],
        "u": None,
        "logprob": -0.9994,
        "weights": "b179c9523d0e6a0f",
    },
]
