# wrong: tokens_fed_twice
# The last chunk is filled up with tokens that the cache already holds.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    T = input_ids.shape[1]
    past = None
    for start in range(0, T, chunk_size):
        start = max(0, min(start, T - chunk_size))
        chunk = input_ids[:, start:start + chunk_size]
        out = model(chunk, past_key_values=past, use_cache=True)
        past = out.past_key_values
    return out.logits[:, -1], past
