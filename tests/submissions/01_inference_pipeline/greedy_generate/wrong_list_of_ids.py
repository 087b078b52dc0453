# wrong: wrong_type
# A list of rows is taken to be as good as a tensor.
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
    return ids.tolist()
