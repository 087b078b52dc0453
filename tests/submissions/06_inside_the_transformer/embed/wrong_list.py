# wrong: wrong_type
# A list of vectors for each sequence.


def embed(table, input_ids):
    return [[table[token] for token in sequence] for sequence in input_ids]
