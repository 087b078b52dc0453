# wrong: not_greedy
# Ranks are written down instead of ids: rank 0 at every step.

greedy_transcript = {
    "token_ids": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    "u": None,
    "logprob": -15.7365,
    "weights": "b179c9523d0e6a0f",
}
