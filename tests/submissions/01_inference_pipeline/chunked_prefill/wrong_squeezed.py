# wrong: wrong_shape
# squeeze also takes away the dimension of a batch of one.
import torch
from transformers import DynamicCache


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    cache = DynamicCache(config=model.config)
    for chunk in input_ids.split(chunk_size, dim=1):
        out = model(chunk, past_key_values=cache, use_cache=True, logits_to_keep=1)
    return out.logits.squeeze(), cache
