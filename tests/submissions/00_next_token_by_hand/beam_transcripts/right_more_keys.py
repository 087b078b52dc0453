# right: text and loss noted beside, another fingerprint

beam_transcripts = [
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 5415],
        "u": None,
        "logprob": -11.8827,
        "weights": "0123456789abcdef",
        "text": "En este caso, el cielo está",
        "loss": 11.8827,
    },
    {
        "token_ids": [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264, 85],
        "u": None,
        "logprob": -11.9934,
        "weights": "0123456789abcdef",
        "text": "En este caso, el cielo este",
        "loss": 11.9934,
    },
]
