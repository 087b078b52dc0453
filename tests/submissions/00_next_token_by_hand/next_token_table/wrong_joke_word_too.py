# wrong: not_a_token
# The text so far is written together with the next token.

next_token_table = {"Why did": 0.6, "Why was": 0.3, "Why is": 0.1}
