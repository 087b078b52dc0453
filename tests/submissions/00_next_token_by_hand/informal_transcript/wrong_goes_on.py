# wrong: goes_on_after_eos
# The model's end of turn is taken for one more token.

informal_transcript = {
    "token_ids": [22234, 329, 23, 449, 2, 198, 2, 1, 9690, 198, 2, 198],
    "u": None,
    "logprob": -32.6884,
    "weights": "b179c9523d0e6a0f",
}
