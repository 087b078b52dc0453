# wrong: not_a_token
# The explorer's sign for a space is taken for a part of the token.

next_token_table = {"␣did": 0.6, "␣was": 0.4}
