# wrong: calls_the_library
# torch's own layer around the table.
from torch import nn


def embed(table, input_ids):
    return nn.Embedding.from_pretrained(table)(input_ids).detach()
