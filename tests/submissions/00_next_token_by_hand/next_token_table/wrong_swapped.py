# wrong: wrong_type
# Probability to token, the other way round.

next_token_table = {0.6: " did", 0.3: " was", 0.1: " is"}
