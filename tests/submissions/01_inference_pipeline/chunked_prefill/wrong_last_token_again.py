# wrong: tokens_fed_twice
# The last token is fed once more to get the logits that follow it.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    past = None
    for chunk in input_ids.split(chunk_size, dim=1):
        past = model(chunk, past_key_values=past, use_cache=True).past_key_values
    out = model(input_ids[:, -1:], past_key_values=past, use_cache=True)
    return out.logits[:, -1], out.past_key_values
