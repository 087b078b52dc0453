# right: python's sort with the key (-p, id), a list for the pair
import torch


def cumulative_table(probs):
    p = probs.tolist()
    order = sorted(range(len(p)), key=lambda i: (-p[i], i))
    total, sums = 0.0, []
    for i in order:
        total += p[i]
        sums.append(min(total, 1.0))
    sums[-1] = 1.0
    return [torch.tensor(order), torch.tensor(sums)]
