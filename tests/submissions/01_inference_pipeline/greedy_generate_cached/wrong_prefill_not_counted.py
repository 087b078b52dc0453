# wrong: budget_off_by_one
# The token that the prompt's forward gives is not counted.
import torch


@torch.no_grad()
def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    if max_new_tokens == 0:
        return input_ids
    eos = eos_token_id if isinstance(eos_token_id, list) else [eos_token_id]
    pad = model.generation_config.pad_token_id
    if pad is None:
        pad = eos[0]
    out = model(input_ids, use_cache=True)
    token = out.logits[:, -1].argmax(dim=-1)
    ids = torch.cat([input_ids, token[:, None]], dim=1)
    done = torch.tensor([t in eos for t in token.tolist()])
    for _ in range(max_new_tokens):
        if done.all():
            break
        out = model(token[:, None], past_key_values=out.past_key_values)
        token = out.logits[:, -1].argmax(dim=-1)
        if done.any():
            token[done] = pad
        done = done | torch.tensor([t in eos for t in token.tolist()])
        ids = torch.cat([ids, token[:, None]], dim=1)
    return ids
