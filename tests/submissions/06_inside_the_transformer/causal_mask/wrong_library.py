# wrong: calls_the_library
# torch's own mask, turned into booleans.
import torch


def causal_mask(query_length, key_length):
    square = torch.nn.Transformer.generate_square_subsequent_mask(key_length)
    return square[-query_length:] == 0
