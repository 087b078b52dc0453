# wrong: eos_in_prompt
# Any EOS in the row is taken for its end, also one that the prompt holds.
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
    for _ in range(max_new_tokens):
        done = torch.isin(ids, torch.tensor(eos, dtype=torch.long)).any(dim=1)
        if done.all():
            break
        with torch.no_grad():
            logits = model(ids).logits[:, -1]
        token = logits.argmax(dim=-1)
        if eos:
            token[done] = pad
        ids = torch.cat([ids, token[:, None]], dim=1)
    return ids
