# wrong: missing_key
# The fingerprint is left out.

beam_transcripts = [
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 5415],
        "u": None,
        "logprob": -11.8827,
    },
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 85],
        "u": None,
        "logprob": -11.9934,
    },
]
