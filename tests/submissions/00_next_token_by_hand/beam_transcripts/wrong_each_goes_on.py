# wrong: one_candidate_per_beam
# Two starts, then each goes on greedily: beams never compete.

beam_transcripts = [
    {
        "token_ids": [13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 28],
        "u": None,
        "logprob": -15.7365,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 5415],
        "u": None,
        "logprob": -11.8827,
        "weights": "b179c9523d0e6a0f",
    },
]
