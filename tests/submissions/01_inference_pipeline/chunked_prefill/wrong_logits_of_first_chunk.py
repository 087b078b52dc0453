# wrong: wrong_position
# The logits are kept from the first chunk, the others only fill the cache.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    first, *rest = input_ids.split(chunk_size, dim=1)
    out = model(first, use_cache=True)
    logits, past = out.logits[:, -1], out.past_key_values
    for chunk in rest:
        past = model(chunk, past_key_values=past, use_cache=True).past_key_values
    return logits, past
