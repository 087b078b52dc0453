# wrong: wrong_type
# The model's output, which holds logits and cache, is taken for the pair.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    out = None
    for chunk in input_ids.split(chunk_size, dim=1):
        past = None if out is None else out.past_key_values
        out = model(chunk, past_key_values=past, use_cache=True)
    out.logits = out.logits[:, -1]
    return out
