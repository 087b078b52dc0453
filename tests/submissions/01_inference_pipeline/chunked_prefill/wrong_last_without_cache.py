# wrong: cache_missing
# The cache is switched off for the last chunk, which no other chunk needs.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    T = input_ids.shape[1]
    past = None
    for start in range(0, T, chunk_size):
        end = min(start + chunk_size, T)
        chunk = input_ids[:, start:end]
        out = model(chunk, past_key_values=past, use_cache=end < T)
        past = out.past_key_values
    return out.logits[:, -1], past
