# right: row by row, only over the survivors
import torch


def sample(scores, generator):
    drawn = []
    for row in scores:
        alive = (row > -torch.inf).nonzero().flatten()
        weights = (row[alive] - row.max()).double().exp()
        pick = torch.multinomial(weights, num_samples=1, generator=generator)
        drawn.append(alive[pick])
    return torch.cat(drawn)
