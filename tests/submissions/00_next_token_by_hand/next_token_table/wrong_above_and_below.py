# wrong: not_probabilities
# What is too much is taken away again with a negative probability.

next_token_table = {" did": 0.8, " was": 0.4, " is": -0.2}
