# right: tokens and positions are cut side by side and zipped, no mask
import torch
from transformers import DynamicCache


def chunked_prefill(model, input_ids, chunk_size):
    positions = torch.arange(input_ids.shape[1]).expand_as(input_ids)
    cache = DynamicCache(config=model.config)
    pairs = zip(
        input_ids.split(chunk_size, dim=-1),
        positions.split(chunk_size, dim=-1),
    )
    for ids, pos in pairs:
        with torch.no_grad():
            logits = model(ids, position_ids=pos, past_key_values=cache).logits
    return logits[:, logits.shape[1] - 1], cache
