# wrong: not_greedy
# The prompt ends with the user's turn; the model writes the opening of its own.

greedy_transcript = {
    "token_ids": [1, 520, 9531, 198, 13793, 265, 956, 95, 1264, 5415, 430, 2618],
    "u": None,
    "logprob": -9.7101,
    "weights": "b179c9523d0e6a0f",
}
