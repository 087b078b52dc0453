# right: recursion over the draft, plain floats
import torch


def draw(weights, generator):
    left = torch.rand((), generator=generator, dtype=torch.float64).item() * sum(weights)
    for token, weight in enumerate(weights):
        if weight > 0:
            chosen = token
            left -= weight
            if left < 0:
                break
    return chosen


def walk(ids, q, p, u, generator):
    if not ids:
        return [draw(p[0], generator)]
    x = ids[0]
    if u[0] < min(1.0, p[0][x] / q[0][x]):
        return [x, *walk(ids[1:], q[1:], p[1:], u[1:], generator)]
    surplus = [max(0.0, a - b) for a, b in zip(p[0], q[0], strict=True)]
    return [draw(surplus if sum(surplus) > 1e-12 else p[0], generator)]


def verify(draft_ids, q, p, u, generator):
    tokens = walk(draft_ids.tolist(), q.tolist(), p.tolist(), u.tolist(), generator)
    return torch.tensor(tokens), len(tokens) - 1
