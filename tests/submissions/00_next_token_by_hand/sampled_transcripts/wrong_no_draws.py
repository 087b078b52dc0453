# wrong: draws_missing
# The tokens without the draws that led to them.

sampled_transcripts = [
    {
        "token_ids": [15319, 8607, 81, 367, 30826, 555, 106, 292, 1599, 1102, 265, 956],
        "u": None,
        "logprob": -20.7815,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [5056, 2618, 265, 956, 81, 303, 4130, 6503, 42, 3906, 1599, 10905],
        "u": None,
        "logprob": -24.4235,
        "weights": "b179c9523d0e6a0f",
    },
]
