# wrong: wrong_type
# Pieces of text in place of ids.

greedy_transcript = {
    "token_ids": [
        "El", " c", "ie", "lo", " est", "á", " en", " la", " c", "ie", "la", ",",
    ],
    "u": None,
    "logprob": -15.7365,
    "weights": "b179c9523d0e6a0f",
}
