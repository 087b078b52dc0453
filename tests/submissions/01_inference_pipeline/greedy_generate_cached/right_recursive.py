# right: recursion that hands the cache on, one extra forward at the end
import torch


def step(model, token, cache, left, eos, pad, done):
    """Columns after `token`, which the cache does not hold yet."""
    out = model(token, past_key_values=cache, use_cache=True)
    if left == 0 or done.all():
        return []
    new = out.logits[:, -1:].argmax(dim=-1)
    new = new.masked_fill(done[:, None], pad)
    ended = done.clone()
    for e in eos:
        ended |= new[:, 0] == e
    return [new] + step(model, new, out.past_key_values, left - 1, eos, pad, ended)


def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    eos = eos_token_id
    if not isinstance(eos, (list, tuple)):
        eos = [] if eos is None else [eos]
    pad = model.generation_config.pad_token_id
    if pad is None:
        pad = eos[0] if eos else -1
    done = torch.zeros(input_ids.size(0), dtype=torch.bool)
    with torch.no_grad():
        new = step(model, input_ids, None, max_new_tokens, eos, pad, done)
    return torch.cat([input_ids] + new, dim=1)
