# right: ids as a tuple, the log-probability with all its digits

greedy_transcript = {
    "weights": "b179c9523d0e6a0f",
    "logprob": -15.735298156738281,
    "token_ids": (13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 28),
    "u": None,
}
