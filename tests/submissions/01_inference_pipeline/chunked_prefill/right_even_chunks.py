# right: as few chunks as needed, all about equally long
import math

import torch


def chunked_prefill(model, input_ids, chunk_size):
    n = math.ceil(input_ids.size(1) / chunk_size)
    cache, last = None, None
    for ids in torch.tensor_split(input_ids, n, dim=1):
        with torch.no_grad():
            result = model(input_ids=ids, past_key_values=cache, use_cache=True)
        cache = result.past_key_values
        last = result.logits[:, -1]
    return last, cache
