# right: the short chunk comes first, the full ones after it, as columns of a view
import torch


@torch.no_grad()
def chunked_prefill(model, input_ids, chunk_size):
    B, T = input_ids.shape
    rest = T % chunk_size
    chunks = [input_ids[:, :rest]] if rest else []
    full = input_ids[:, rest:].reshape(B, -1, chunk_size)
    chunks += list(full.unbind(dim=1))
    first, *others = chunks
    out = model(first, use_cache=True)
    for chunk in others:
        out = model(chunk, past_key_values=out.past_key_values, use_cache=True)
    return out.logits.select(1, -1), out.past_key_values
