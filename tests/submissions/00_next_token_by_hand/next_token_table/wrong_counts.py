# wrong: not_probabilities
# How often each was seen, not yet divided by their sum.

next_token_table = {" did": 7, " was": 2, " is": 1}
