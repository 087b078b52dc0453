# wrong: wrong_type
# The keys and values of the layers are taken to be as good as the cache.
import torch
from transformers import DynamicCache


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    cache = DynamicCache(config=model.config)
    for chunk in input_ids.split(chunk_size, dim=1):
        out = model(chunk, past_key_values=cache, use_cache=True)
    pairs = [(layer.keys, layer.values) for layer in cache.layers]
    return out.logits[:, -1], pairs
