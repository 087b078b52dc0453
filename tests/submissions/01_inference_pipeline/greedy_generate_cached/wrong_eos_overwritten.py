# wrong: eos_dropped
# A row counts as finished before its EOS is written, so padding takes its place.
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
            done = done | torch.isin(token, torch.tensor(eos))
            token[done] = pad
        feed = token[:, None]
        ids = torch.cat([ids, feed], dim=1)
        if done.all():
            break
    return ids
