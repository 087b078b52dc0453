# wrong: cache_not_passed
# use_cache=True is taken to make the model remember the chunk before.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    for start in range(0, input_ids.shape[1], chunk_size):
        out = model(input_ids[:, start:start + chunk_size], use_cache=True)
    return out.logits[:, -1], out.past_key_values
