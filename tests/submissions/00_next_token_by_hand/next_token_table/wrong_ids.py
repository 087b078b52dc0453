# wrong: ids_for_tokens
# The keys are ids, not the text that they stand for.

next_token_table = {1250: 0.6, 436: 0.3, 314: 0.1}
