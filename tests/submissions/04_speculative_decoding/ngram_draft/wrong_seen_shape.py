# wrong: wrong_shape
# Only the tokens that were seen have an entry.
import torch


def ngram_draft(counts, context, vocab_size, k=1.0, generator=None):
    size = len(next(iter(counts)))
    key = tuple(context[len(context) - size :])
    q = torch.full((vocab_size,), float(k))
    for token, count in counts.get(key, {}).items():
        q[token] += count
    q = q / q.sum()
    if generator is None:
        token = int(q.argmax())
        return token, torch.nn.functional.one_hot(torch.tensor(token), vocab_size).float()
    seen = sorted(counts.get(key, {0: 1}))
    token = int(torch.multinomial(q, 1, generator=generator))
    return token, q[seen] / q[seen].sum()
