# wrong: one_big_forward
# The logits are cut into chunks, after one forward over all tokens.
import torch
from transformers import DynamicCache


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    cache = DynamicCache(config=model.config)
    logits = model(input_ids, past_key_values=cache, use_cache=True).logits
    last = None
    for chunk in logits.split(chunk_size, dim=1):
        last = chunk[:, -1]
    return last, cache
