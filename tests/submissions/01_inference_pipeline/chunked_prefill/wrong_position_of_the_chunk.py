# wrong: positions_wrong
# All tokens of a chunk are given the chunk's number as their position.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    past = None
    for i, chunk in enumerate(input_ids.split(chunk_size, dim=1)):
        out = model(
            chunk,
            position_ids=torch.full_like(chunk, i),
            past_key_values=past,
            use_cache=True,
        )
        past = out.past_key_values
    return out.logits[:, -1], past
