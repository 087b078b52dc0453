# wrong: wrong_position
# The logits are taken at the first position of the last chunk.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    past = None
    for chunk in input_ids.split(chunk_size, dim=1):
        out = model(chunk, past_key_values=past, use_cache=True)
        past = out.past_key_values
    return out.logits[:, 0], past
