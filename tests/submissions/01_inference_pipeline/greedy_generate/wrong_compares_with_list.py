# wrong: eos_list
# A tensor compared with a list is taken to look for its members.
import torch


def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    pad = model.generation_config.pad_token_id
    if pad is None:
        pad = eos_token_id[0] if isinstance(eos_token_id, list) else eos_token_id
    ids = input_ids
    done = torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        with torch.no_grad():
            logits = model(ids).logits[:, -1]
        token = logits.argmax(dim=-1)
        if eos_token_id is not None:
            token[done] = pad
            done = done | (token == eos_token_id)
        ids = torch.cat([ids, token[:, None]], dim=1)
        if done.all():
            break
    return ids
