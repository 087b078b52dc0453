# wrong: does_not_sum_to_one
# Each token is judged by itself, as if several could come next at once.

next_token_table = {" did": 0.9, " was": 0.6, " don": 0.5}
