# wrong: wrong_type
# The probabilities are written as text.

next_token_table = {" did": "60 %", " was": "30 %", " is": "10 %"}
