# wrong: wrong_type
# The model's name is unknown, so None stands for the fingerprint.

greedy_transcript = {
    "token_ids": [13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 28],
    "u": None,
    "logprob": -15.7365,
    "weights": None,
}
