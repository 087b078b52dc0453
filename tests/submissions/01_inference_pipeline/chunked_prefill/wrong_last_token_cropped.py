# wrong: cache_incomplete
# The last token is taken out of the cache, for the loop that follows to feed it.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    past = None
    for chunk in input_ids.split(chunk_size, dim=1):
        out = model(chunk, past_key_values=past, use_cache=True)
        past = out.past_key_values
    past.crop(-1)
    return out.logits[:, -1], past
