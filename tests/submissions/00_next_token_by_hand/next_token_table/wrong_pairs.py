# wrong: wrong_type
# A list of pairs is taken to be a table.

next_token_table = [(" did", 0.6), (" was", 0.3), (" is", 0.1)]
