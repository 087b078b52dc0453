# wrong: does_not_sum_to_one
# Only the likely tokens are listed, and the rest is taken to go without saying.

next_token_table = {" did": 0.5, " was": 0.2, " is": 0.1}
