# wrong: zero_budget
# The budget is checked after a token was made, so there is always one.
import torch


def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
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
    left = max_new_tokens
    while True:
        with torch.no_grad():
            logits = model(ids).logits[:, -1]
        token = logits.argmax(dim=-1)
        if eos:
            token[done] = pad
            done = done | torch.isin(token, torch.tensor(eos))
        ids = torch.cat([ids, token[:, None]], dim=1)
        left -= 1
        if left <= 0 or done.all():
            break
    return ids
