# wrong: not_greedy
# Drawing from the five best tokens is taken to be the same as the maximum.
import torch


def pick(logits):
    best = torch.topk(logits, 5)
    probs = torch.softmax(best.values, dim=-1)
    choice = torch.multinomial(probs, 1)
    return best.indices.gather(1, choice)[:, 0]


@torch.no_grad()
def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    eos = eos_token_id if isinstance(eos_token_id, list) else [eos_token_id]
    pad = model.generation_config.pad_token_id
    if pad is None:
        pad = eos[0]
    ids = input_ids
    done = [False] * len(ids)
    for _ in range(max_new_tokens):
        if all(done):
            break
        token = pick(model(ids).logits[:, -1]).tolist()
        for b in range(len(token)):
            if done[b]:
                token[b] = pad
            elif token[b] in eos:
                done[b] = True
        ids = torch.cat([ids, torch.tensor(token)[:, None]], dim=1)
    return ids
