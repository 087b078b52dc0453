# wrong: wrong_length
# Nothing was chosen yet.

greedy_transcript = {
    "token_ids": [],
    "u": None,
    "logprob": 0.0,
    "weights": "b179c9523d0e6a0f",
}
