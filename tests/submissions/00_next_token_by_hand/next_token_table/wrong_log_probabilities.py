# wrong: not_probabilities
# Log-probabilities, which are negative.

next_token_table = {" did": -0.693, " was": -1.386, " is": -1.386}
