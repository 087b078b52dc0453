# right: recursion, one token per call
import torch


@torch.no_grad()
def one_more(model, ids, left, eos, pad, alive):
    if left == 0 or not any(alive):
        return ids
    best = model(ids, use_cache=False).logits[:, -1].max(dim=-1).indices
    new = [t if a else pad for t, a in zip(best.tolist(), alive)]
    alive = [a and t not in eos for t, a in zip(new, alive)]
    column = torch.tensor(new, dtype=ids.dtype).view(-1, 1)
    return one_more(model, torch.hstack([ids, column]), left - 1, eos, pad, alive)


def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    if eos_token_id is None:
        eos = []
    else:
        eos = eos_token_id if isinstance(eos_token_id, list) else [eos_token_id]
    pad = model.generation_config.pad_token_id
    if pad is None and eos:
        pad = eos[0]
    return one_more(
        model, input_ids, max_new_tokens, eos, pad, [True] * len(input_ids)
    )
