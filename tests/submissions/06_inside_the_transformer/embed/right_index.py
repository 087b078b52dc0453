# right: a tensor of ids as the index


def embed(table, input_ids):
    return table[input_ids]
