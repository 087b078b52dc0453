# wrong: last_chunk_dropped
# The number of chunks is rounded down, so what is left over is never fed.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    n = max(1, input_ids.shape[1] // chunk_size)
    past = None
    for i in range(n):
        chunk = input_ids[:, i * chunk_size:(i + 1) * chunk_size]
        out = model(chunk, past_key_values=past, use_cache=True)
        past = out.past_key_values
    return out.logits[:, -1], past
