# wrong: wrong_type
# A dict with both is taken to be as good as a tuple.
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    past = None
    for start in range(0, input_ids.shape[1], chunk_size):
        chunk = input_ids[:, start:start + chunk_size]
        out = model(chunk, past_key_values=past, use_cache=True)
        past = out.past_key_values
    return {"logits": out.logits[:, -1], "past_key_values": past}
