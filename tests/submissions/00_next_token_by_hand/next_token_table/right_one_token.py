# right: all on one token, as a whole number

next_token_table = {" did": 1}
