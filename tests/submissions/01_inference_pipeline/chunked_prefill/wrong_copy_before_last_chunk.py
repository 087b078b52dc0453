# wrong: cache_incomplete
# The last chunk runs on a copy of the cache, and the original is returned.
import copy

import torch
from transformers import DynamicCache


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    *first, last = input_ids.split(chunk_size, dim=1)
    cache = DynamicCache(config=model.config)
    for chunk in first:
        model(chunk, past_key_values=cache, use_cache=True)
    out = model(last, past_key_values=copy.deepcopy(cache), use_cache=True)
    return out.logits[:, -1], cache
