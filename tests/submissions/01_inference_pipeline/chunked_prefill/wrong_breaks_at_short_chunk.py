# wrong: last_chunk_dropped
# A chunk that is shorter than the others is taken for the end of the prompt.
import torch
from transformers import DynamicCache


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    T = input_ids.shape[1]
    size = min(chunk_size, T)
    cache = DynamicCache(config=model.config)
    start = 0
    while start + size <= T:
        out = model(
            input_ids[:, start:start + size], past_key_values=cache, use_cache=True
        )
        start += size
    return out.logits[:, -1], cache
