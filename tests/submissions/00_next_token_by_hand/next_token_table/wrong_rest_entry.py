# wrong: not_a_token
# One entry for everything else, which is no token.

next_token_table = {" did": 0.6, " was": 0.2, "(everything else)": 0.2}
