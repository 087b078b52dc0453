# right: recursion, everything but the last chunk first
import torch


def run(model, ids, size):
    """The output of the last chunk of `ids`."""
    before = (ids.shape[1] - 1) // size * size
    past = run(model, ids[:, :before], size).past_key_values if before else None
    return model(ids[:, before:], past_key_values=past, use_cache=True)


def chunked_prefill(model, input_ids, chunk_size):
    with torch.no_grad():
        out = run(model, input_ids, chunk_size)
    return out.logits[:, -1].clone(), out.past_key_values
