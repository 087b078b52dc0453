# wrong: not_probabilities
# Scores before the softmax; they happen to sum to 1.

next_token_table = {" did": 3.0, " was": 0.5, " is": -2.5}
