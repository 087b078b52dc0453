# wrong: not_a_token
# A phrase is taken for one token.

next_token_table = {" did the": 0.6, " was the": 0.3, " is": 0.1}
