# wrong: does_not_sum_to_one
# No guess at all.

next_token_table = {}
