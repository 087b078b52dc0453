# wrong: probability_not_logprob
# The product of the probabilities, without a logarithm.

greedy_transcript = {
    "token_ids": [13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 28],
    "u": None,
    "logprob": 1.465e-07,
    "weights": "b179c9523d0e6a0f",
}
