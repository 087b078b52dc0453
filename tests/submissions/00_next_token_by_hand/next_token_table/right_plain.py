# right: a few likely words that sum to 1

next_token_table = {" did": 0.6, " was": 0.2, " is": 0.1, " don": 0.05, " are": 0.05}
