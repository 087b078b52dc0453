# wrong: positions_wrong
# Each chunk's positions are taken to start at 0.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    past = None
    for chunk in input_ids.split(chunk_size, dim=1):
        out = model(
            chunk,
            position_ids=torch.arange(chunk.shape[1])[None],
            past_key_values=past,
            use_cache=True,
        )
        past = out.past_key_values
    return out.logits[:, -1], past
