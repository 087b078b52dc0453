# wrong: softmax_q_for_greedy_draft
# Always the most likely token, always with the smoothed frequencies.
import torch


def ngram_draft(counts, context, vocab_size, k=1.0, generator=None):
    size = len(next(iter(counts)))
    key = tuple(context[len(context) - size :])
    q = torch.full((vocab_size,), float(k))
    for token, count in counts.get(key, {}).items():
        q[token] += count
    q = q / q.sum()
    return int(q.argmax()), q
