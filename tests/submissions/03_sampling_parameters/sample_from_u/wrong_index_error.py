# wrong: out_of_range
# A while loop runs off the end of the row.
import torch


def sample_from_u(probs, u):
    drawn = []
    for row, share in zip(probs, u):
        token, total = 0, row[0].clone()
        while total <= share:
            token += 1
            total += row[token]
        drawn.append(token)
    return torch.tensor(drawn)
