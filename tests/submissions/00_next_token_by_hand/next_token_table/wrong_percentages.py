# wrong: percentages
# Percentages: they sum to 100.

next_token_table = {" did": 60, " was": 25, " is": 15}
