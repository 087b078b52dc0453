# wrong: last_step_decides
# Candidates are compared by the newest token's probability, not by the total.

beam_transcripts = [
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 388, 42492, 367, 2618],
        "u": None,
        "logprob": -13.0673,
        "weights": "b179c9523d0e6a0f",
    },
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 5415],
        "u": None,
        "logprob": -11.8827,
        "weights": "b179c9523d0e6a0f",
    },
]
