# wrong: exact_match
# The given u's draw from p by the inverse CDF, and the draws are compared with the draft.
import torch


def verify(draft_ids, q, p, u, generator):
    gamma = len(draft_ids)
    tokens = []
    for i in range(gamma):
        edges = p[i].cumsum(0)
        y = torch.searchsorted(edges, u[i : i + 1] * edges[-1], right=True).item()
        tokens.append(y)
        if y != draft_ids[i]:
            return torch.tensor(tokens), i
    tokens.append(torch.multinomial(p[gamma], 1, generator=generator).item())
    return torch.tensor(tokens), gamma
