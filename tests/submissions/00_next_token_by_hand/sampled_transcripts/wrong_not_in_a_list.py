# wrong: wrong_type
# One transcript, not in a list.

sampled_transcripts = {
    "token_ids": [15319, 8607, 81, 367, 30826, 555, 106, 292, 1599, 1102, 265, 956],
    "u": [
        0.3238, 0.1508, 0.6509, 0.0724, 0.5359, 0.3657, 0.058, 0.5074, 0.0375, 0.4336,
        0.0699, 0.0907,
    ],
    "logprob": -20.7815,
    "weights": "b179c9523d0e6a0f",
}
