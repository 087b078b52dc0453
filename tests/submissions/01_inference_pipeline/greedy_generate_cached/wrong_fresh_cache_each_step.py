# wrong: no_cache
# A new cache is made at every step, so the whole row is computed again.
import torch
from transformers import DynamicCache


def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    eos = eos_token_id
    if eos is None:
        eos = []
    elif isinstance(eos, int):
        eos = [eos]
    pad = model.generation_config.pad_token_id
    if pad is None and eos:
        pad = eos[0]
    ids = input_ids
    done = torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        with torch.no_grad():
            cache = DynamicCache(config=model.config)
            out = model(ids, past_key_values=cache, use_cache=True)
        token = out.logits[:, -1].argmax(dim=-1)
        if eos:
            token[done] = pad
            done = done | torch.isin(token, torch.tensor(eos))
        ids = torch.cat([ids, token[:, None]], dim=1)
        if done.all():
            break
    return ids
