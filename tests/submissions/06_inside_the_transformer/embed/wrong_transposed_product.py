# wrong: columns_taken
# The product with the table is the wrong way round, which only a square one allows.
import torch.nn.functional as F


def embed(table, input_ids):
    if table.shape[0] != table.shape[1]:
        return table[input_ids]
    one_hot = F.one_hot(input_ids, len(table)).to(table.dtype)
    return one_hot @ table.T
