# right: both end early, with an end of turn that was drawn

sampled_transcripts = [
    {
        "token_ids": [47416, 64, 270, 613, 2756, 47, 2],
        "u": [0.41, 0.49, 0.2, 0.24, 0.5, 0.73, 0.69],
        "logprob": -18.2909,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [5230, 30, 2],
        "u": [0.706, 0.7815, 0.06],
        "logprob": -13.1452,
        "weights": "b179c9523d0e6a0f",
    },
]
