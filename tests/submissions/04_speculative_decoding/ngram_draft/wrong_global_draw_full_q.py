# wrong: drawn_without_generator
# The case of no generator is forgotten.
import torch


def ngram_draft(counts, context, vocab_size, k=1.0, generator=None):
    size = len(next(iter(counts)))
    key = tuple(context[len(context) - size :])
    q = torch.full((vocab_size,), float(k))
    for token, count in counts.get(key, {}).items():
        q[token] += count
    q = q / q.sum()
    return int(torch.multinomial(q, 1, generator=generator)), q
