# wrong: not_a_token
# The empty text is taken for a token that ends the answer.

next_token_table = {" did": 0.9, "": 0.1}
