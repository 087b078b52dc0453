# wrong: eos_list
# A tensor compared with a list is taken to look for its members.
import torch


def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    pad = model.generation_config.pad_token_id
    if pad is None:
        pad = eos_token_id[0] if isinstance(eos_token_id, list) else eos_token_id
    ids, feed, cache = input_ids, input_ids, None
    done = torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        with torch.no_grad():
            out = model(feed, past_key_values=cache, use_cache=True)
        cache = out.past_key_values
        token = out.logits[:, -1].argmax(dim=-1)
        if eos_token_id is not None:
            token[done] = pad
            done = done | (token == eos_token_id)
        feed = token[:, None]
        ids = torch.cat([ids, feed], dim=1)
        if done.all():
            break
    return ids
