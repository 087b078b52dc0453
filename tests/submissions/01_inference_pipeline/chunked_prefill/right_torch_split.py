# right: torch.split along the row, gradients left on
import torch
from transformers import DynamicCache


def chunked_prefill(model, input_ids, chunk_size):
    cache = DynamicCache()
    for piece in torch.split(input_ids, chunk_size, dim=1):
        output = model(piece, past_key_values=cache)
    return output.logits[:, -1, :], cache
