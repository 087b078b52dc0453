# wrong: chunk_too_large
# What is left over after the full chunks is put into the last of them.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    T = input_ids.shape[1]
    n = max(1, T // chunk_size)
    past = None
    for i in range(n):
        end = T if i == n - 1 else (i + 1) * chunk_size
        chunk = input_ids[:, i * chunk_size:end]
        out = model(chunk, past_key_values=past, use_cache=True)
        past = out.past_key_values
    return out.logits[:, -1], past
