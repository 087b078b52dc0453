# wrong: input_changed
# k is added to the table's own counts.
import torch


def ngram_draft(counts, context, vocab_size, k=1.0, generator=None):
    size = len(next(iter(counts)))
    key = tuple(context[len(context) - size :])
    row = counts.get(key, {})
    for token in range(vocab_size):
        row[token] = row.get(token, 0) + k
    q = torch.tensor([float(row[token]) for token in range(vocab_size)])
    q = q / q.sum()
    if generator is None:
        token = int(q.argmax())
        return token, torch.nn.functional.one_hot(torch.tensor(token), vocab_size).float()
    return int(torch.multinomial(q, 1, generator=generator)), q
