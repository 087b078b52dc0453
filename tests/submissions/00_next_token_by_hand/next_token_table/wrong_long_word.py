# wrong: not_a_token
# A word is taken for one token; this one is several.

next_token_table = {" did": 0.7, " scarecrow": 0.3}
