# wrong: wrong_shape
# The ids are flattened and the batch is lost.


def embed(table, input_ids):
    return table[input_ids.flatten()]
