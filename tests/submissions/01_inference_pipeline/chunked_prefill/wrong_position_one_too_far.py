# wrong: positions_wrong
# The positions after a cache of n tokens are taken to start at n + 1.
import torch
from transformers import DynamicCache


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    cache = DynamicCache(config=model.config)
    pos = torch.arange(chunk_size)
    for chunk in input_ids.split(chunk_size, dim=1):
        out = model(
            chunk,
            position_ids=pos[None, :chunk.shape[1]],
            past_key_values=cache,
            use_cache=True,
        )
        pos = cache.get_seq_length() + 1 + torch.arange(chunk_size)
    return out.logits[:, -1], cache
