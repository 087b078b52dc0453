# wrong: wrong_pad_id
# A pad id of 0 is taken for no pad id, because 0 is false.
import torch


def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    eos = eos_token_id
    if eos is None:
        eos = []
    elif isinstance(eos, int):
        eos = [eos]
    pad = model.generation_config.pad_token_id or (eos[0] if eos else None)
    ids = input_ids
    done = torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        with torch.no_grad():
            logits = model(ids).logits[:, -1]
        token = logits.argmax(dim=-1)
        if eos:
            token[done] = pad
            done = done | torch.isin(token, torch.tensor(eos))
        ids = torch.cat([ids, token[:, None]], dim=1)
        if done.all():
            break
    return ids
