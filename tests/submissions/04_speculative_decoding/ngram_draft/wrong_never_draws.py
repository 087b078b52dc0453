# wrong: greedy_always
# The generator is not used.
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
    token = int(q.argmax())
    return token, torch.nn.functional.one_hot(torch.tensor(token), vocab_size).float()
