# wrong: not_probabilities
# 0 divided by 0, where no points were given out.

next_token_table = {" did": float("nan"), " was": 0.5, " is": 0.5}
