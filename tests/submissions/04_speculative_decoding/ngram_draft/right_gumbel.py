# right: Gumbel noise, one_hot of the library, a scalar tensor
import torch
from torch.nn.functional import one_hot


def ngram_draft(counts, context, vocab_size, k=1.0, generator=None):
    order = min(map(len, counts))
    row = dict(counts).get(tuple(context[::-1][:order][::-1]), dict())
    weights = torch.zeros(vocab_size, dtype=torch.float64)
    if row:
        weights[torch.tensor(list(row))] = torch.tensor(list(row.values())).double()
    weights = weights + k
    if generator is None:
        token = weights.max(dim=0).indices
        return token, one_hot(token, vocab_size).float()
    noise = torch.empty_like(weights).exponential_(generator=generator)
    return (weights / noise).argmax(), weights / weights.sum()
