# wrong: not_greedy
# Drawn, not the most likely token at each step.

greedy_transcript = {
    "token_ids": [15319, 8607, 81, 367, 30826, 555, 106, 292, 1599, 1102, 265, 956],
    "u": None,
    "logprob": -20.7815,
    "weights": "b179c9523d0e6a0f",
}
