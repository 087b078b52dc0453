# right: plain python, ties to the higher id, a list for the pair
import torch


def ngram_draft(counts, context, vocab_size, k=1.0, generator=None):
    for key in counts:
        order = len(key)
        break
    past = tuple(context[i] for i in range(len(context) - order, len(context)))
    row = counts[past] if past in counts else {}
    total = sum(row.values()) + k * vocab_size
    q = [(row.get(token, 0) + k) / total for token in range(vocab_size)]
    if generator is None:
        token = max(range(vocab_size), key=lambda x: (q[x], x))
        return [token, torch.tensor([float(x == token) for x in range(vocab_size)])]
    left = torch.rand((), generator=generator).item()
    for token, mass in enumerate(q):
        left -= mass
        if left < 0:
            break
    return [token, torch.tensor(q)]
