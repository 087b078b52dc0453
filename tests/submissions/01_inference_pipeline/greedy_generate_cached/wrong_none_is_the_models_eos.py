# wrong: wrong_value
# None is taken to mean: the EOS that the model's configuration names.
import torch


@torch.no_grad()
def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    if eos_token_id is None:
        eos_token_id = model.generation_config.eos_token_id
    ends = eos_token_id if isinstance(eos_token_id, list) else [eos_token_id]
    ends = [end for end in ends if end is not None]
    pad = model.generation_config.pad_token_id
    if pad is None and ends:
        pad = ends[0]
    ids, feed, cache = input_ids, input_ids, None
    ended = torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        out = model(feed, past_key_values=cache, use_cache=True)
        cache, token = out.past_key_values, out.logits[:, -1].argmax(dim=-1)
        if ended.any():
            token[ended] = pad
        ids = torch.cat([ids, token[:, None]], dim=1)
        feed = token[:, None]
        ended |= torch.isin(token, torch.tensor(ends, dtype=torch.long))
        if ended.all():
            break
    return ids
