# wrong: zero_budget
# The prompt's forward is taken to give a first token whatever the budget.
import torch


@torch.no_grad()
def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    eos = eos_token_id if isinstance(eos_token_id, list) else [eos_token_id]
    pad = model.generation_config.pad_token_id
    if pad is None:
        pad = eos[0]
    out = model(input_ids, use_cache=True)
    tokens = [out.logits[:, -1].argmax(dim=-1)]
    done = torch.tensor([t in eos for t in tokens[0].tolist()])
    while len(tokens) < max_new_tokens and not done.all():
        out = model(tokens[-1][:, None], past_key_values=out.past_key_values)
        token = out.logits[:, -1].argmax(dim=-1)
        if done.any():
            token[done] = pad
        done = done | torch.tensor([t in eos for t in token.tolist()])
        tokens.append(token)
    return torch.cat([input_ids, torch.stack(tokens, dim=1)], dim=1)
