# wrong: missing_key
# The log-probability is left out.

informal_transcript = {
    "token_ids": [22234, 329, 23, 449, 28, 339, 5248, 18948, 288, 724, 346, 351],
    "u": None,
    "weights": "b179c9523d0e6a0f",
}
