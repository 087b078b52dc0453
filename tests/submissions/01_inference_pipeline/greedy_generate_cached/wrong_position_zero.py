# wrong: positions_wrong
# Each new token is taken to stand at the start of what is fed.
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
            pos = torch.arange(feed.shape[1])[None]
            out = model(
                feed,
                position_ids=pos,
                past_key_values=cache,
                use_cache=True,
            )
        cache = out.past_key_values
        token = out.logits[:, -1].argmax(dim=-1)
        if eos:
            token[done] = pad
            done = done | torch.isin(token, torch.tensor(eos))
        feed = token[:, None]
        ids = torch.cat([ids, feed], dim=1)
        if done.all():
            break
    return ids
