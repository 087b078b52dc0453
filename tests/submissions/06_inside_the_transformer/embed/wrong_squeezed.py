# wrong: wrong_shape
# A batch of one is squeezed away.


def embed(table, input_ids):
    return table[input_ids].squeeze(0)
