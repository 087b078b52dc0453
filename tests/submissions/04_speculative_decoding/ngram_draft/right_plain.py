# right: a row of counts, multinomial or argmax
import torch


def ngram_draft(counts, context, vocab_size, k=1.0, generator=None):
    size = len(next(iter(counts)))
    row = counts.get(tuple(context[len(context) - size :]), {})
    q = torch.full((vocab_size,), float(k))
    for token, count in row.items():
        q[token] += count
    q /= q.sum()
    if generator is None:
        token = int(q.argmax())
        q = torch.zeros(vocab_size)
        q[token] = 1.0
    else:
        token = int(torch.multinomial(q, 1, generator=generator))
    return token, q
