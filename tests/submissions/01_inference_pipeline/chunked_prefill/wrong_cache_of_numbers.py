# wrong: cache_incomplete
import torch
from transformers import DynamicCache


def chunked_prefill(model, input_ids, chunk_size):
    cache = DynamicCache()
    for chunk in input_ids.split(chunk_size, dim=1):
        with torch.no_grad():
            out = model(chunk, past_key_values=cache, use_cache=True)
        cache = out.past_key_values
    other = DynamicCache()
    for layer in range(len(cache.layers)):
        numbers = torch.full((len(input_ids), 1, input_ids.shape[1], 1), 10**9)
        other.update(numbers, numbers, layer)
    return out.logits[:, -1], other
