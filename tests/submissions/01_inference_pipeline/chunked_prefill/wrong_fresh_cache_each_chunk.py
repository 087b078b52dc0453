# wrong: cache_not_passed
# A new cache is made for every chunk.
import torch
from transformers import DynamicCache


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    for chunk in input_ids.split(chunk_size, dim=1):
        cache = DynamicCache(config=model.config)
        out = model(chunk, past_key_values=cache, use_cache=True)
    return out.logits[:, -1], cache
