# wrong: wrong_type
# The most likely token alone, without a distribution.

next_token_table = " did"
