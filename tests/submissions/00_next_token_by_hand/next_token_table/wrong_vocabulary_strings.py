# wrong: not_a_token
# The vocabulary's own spelling instead of text.

next_token_table = {"Ġdid": 0.6, "Ġwas": 0.4}
