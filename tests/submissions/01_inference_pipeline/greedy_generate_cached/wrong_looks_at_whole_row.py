# wrong: eos_in_prompt
# Any EOS in the row is taken for its end, also one that the prompt holds.
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
    for _ in range(max_new_tokens):
        done = torch.isin(ids, torch.tensor(eos, dtype=torch.long)).any(dim=1)
        if done.all():
            break
        with torch.no_grad():
            out = model(feed, past_key_values=cache, use_cache=True)
        cache = out.past_key_values
        token = out.logits[:, -1].argmax(dim=-1)
        if eos:
            token[done] = pad
        feed = token[:, None]
        ids = torch.cat([ids, feed], dim=1)
    return ids
