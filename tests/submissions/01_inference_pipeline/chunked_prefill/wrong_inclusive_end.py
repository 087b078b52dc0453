# wrong: chunk_too_large
# The end of a slice is taken to be in it, so each chunk has one token more.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    past, start = None, 0
    while start < input_ids.shape[1]:
        end = start + chunk_size + 1
        out = model(input_ids[:, start:end], past_key_values=past, use_cache=True)
        past = out.past_key_values
        start = end
    return out.logits[:, -1], past
