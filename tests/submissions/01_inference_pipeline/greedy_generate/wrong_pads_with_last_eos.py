# wrong: wrong_pad_id
# Without a pad id the last EOS of the list fills up.
import torch


@torch.no_grad()
def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    ends = eos_token_id if isinstance(eos_token_id, list) else [eos_token_id]
    ends = [end for end in ends if end is not None]
    pad = model.generation_config.pad_token_id
    if pad is None and ends:
        pad = ends[-1]
    ids = input_ids
    ended = torch.zeros(len(ids), dtype=torch.bool)
    for _ in range(max_new_tokens):
        token = model(ids).logits[:, -1].argmax(dim=-1)
        if ended.any():
            token[ended] = pad
        ids = torch.cat([ids, token[:, None]], dim=1)
        ended |= torch.isin(token, torch.tensor(ends, dtype=torch.long))
        if ended.all():
            break
    return ids
