# wrong: tokens_fed_twice
# The cache is handed over, but so are all the tokens that it already holds.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    T = input_ids.shape[1]
    past, end = None, 0
    while end < T:
        end = min(end + chunk_size, T)
        out = model(input_ids[:, :end], past_key_values=past, use_cache=True)
        past = out.past_key_values
    return out.logits[:, -1], past
