# wrong: one_big_forward
# torch.chunk's number of chunks is taken for the size of a chunk.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    past = None
    for chunk in input_ids.chunk(chunk_size, dim=1):
        out = model(chunk, past_key_values=past, use_cache=True)
        past = out.past_key_values
    return out.logits[:, -1], past
