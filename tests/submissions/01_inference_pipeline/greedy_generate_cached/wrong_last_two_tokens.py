# wrong: refeeds_ids
# The newest two tokens are fed, although the cache holds the first of them.
import torch


def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    eos = eos_token_id
    if eos is None:
        eos = []
    elif isinstance(eos, int):
        eos = [eos]
    pad = model.generation_config.pad_token_id
    if pad is None and eos:
        pad = eos[0]
    ids, feed, cache = input_ids, input_ids, None
    done = torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        with torch.no_grad():
            out = model(feed, past_key_values=cache, use_cache=True)
        cache = out.past_key_values
        token = out.logits[:, -1].argmax(dim=-1)
        if eos:
            token[done] = pad
            done = done | torch.isin(token, torch.tensor(eos))
        ids = torch.cat([ids, token[:, None]], dim=1)
        feed = ids[:, -2:]
        if done.all():
            break
    return ids
