# wrong: calls_the_library
# torch's own look-up.
import torch.nn.functional as F


def embed(table, input_ids):
    return F.embedding(input_ids, table)
