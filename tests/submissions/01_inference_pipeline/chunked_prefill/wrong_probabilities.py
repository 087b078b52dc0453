# wrong: wrong_value
# Probabilities instead of logits.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    cache = None
    for start in range(0, input_ids.shape[1], chunk_size):
        chunk = input_ids[:, start:start + chunk_size]
        out = model(chunk, past_key_values=cache, use_cache=True)
        cache = out.past_key_values
    return out.logits[:, -1].softmax(dim=-1), cache
