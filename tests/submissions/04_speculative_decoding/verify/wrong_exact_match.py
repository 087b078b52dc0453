# wrong: exact_match
# Every token is drawn from p until one differs from the draft: the right law, another function.
import torch


def verify(draft_ids, q, p, u, generator):
    tokens = []
    for i in range(len(draft_ids) + 1):
        y = torch.multinomial(p[i], 1, generator=generator).item()
        tokens.append(y)
        if i == len(draft_ids) or y != draft_ids[i]:
            break
    return torch.tensor(tokens), len(tokens) - 1
