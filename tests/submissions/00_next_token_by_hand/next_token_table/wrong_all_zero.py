# wrong: does_not_sum_to_one
# The tokens are listed, their probabilities are not filled in.

next_token_table = {" did": 0.0, " was": 0.0, " is": 0.0}
