# wrong: wrong_length
# The explorer was clicked on after the twelfth token.

greedy_transcript = {
    "token_ids": [
        13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 28, 1102, 265,
    ],
    "u": None,
    "logprob": -18.3753,
    "weights": "b179c9523d0e6a0f",
}
