# wrong: cache_not_passed
# The caches of the chunks are gathered and joined, but never handed on.
import torch
from transformers import DynamicCache


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    cache = DynamicCache(config=model.config)
    for chunk in input_ids.split(chunk_size, dim=1):
        out = model(chunk, use_cache=True)
        for i, layer in enumerate(out.past_key_values.layers):
            cache.update(layer.keys, layer.values, i)
    return out.logits[:, -1], cache
