# right: one ends with a drawn end of turn, one has twelve tokens

sampled_transcripts = [
    {
        "token_ids": [5230, 30, 2],
        "u": [0.706, 0.7815, 0.06],
        "logprob": -13.1452,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [5056, 2618, 265, 956, 81, 303, 4130, 6503, 42, 3906, 1599, 10905],
        "u": [
            0.1813, 0.6614, 0.3346, 0.1979, 0.4895, 0.494, 0.4798, 0.4583, 0.2645,
            0.2538, 0.6919, 0.3244,
        ],
        "logprob": -24.4235,
        "weights": "b179c9523d0e6a0f",
    },
]
