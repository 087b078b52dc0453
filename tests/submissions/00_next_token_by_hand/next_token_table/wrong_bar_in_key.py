# wrong: not_a_token
# The bars of the marked document are taken along.

next_token_table = {"| did": 0.6, "| was": 0.4}
