# right: gather along the vocabulary


def embed(table, input_ids):
    B, T = input_ids.shape
    H = table.size(1)
    index = input_ids.reshape(B * T, 1).expand(B * T, H)
    return table.gather(0, index).reshape(B, T, H)
