# right: torch in float32, item at the end
import torch


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = counts.get(tuple(context), {})
    smoothed = torch.zeros(vocab_size)
    if row:
        smoothed[torch.tensor(list(row))] = torch.tensor(list(row.values()), dtype=torch.float32)
    smoothed += k
    return (smoothed[token] / smoothed.sum()).item()
