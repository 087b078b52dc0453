# right: torch's unfold for the windows, tolist back to plain numbers
import torch


def ngram_counts(token_ids, n):
    counts: dict[tuple[int, ...], dict[int, int]] = {}
    if len(token_ids) >= n:
        for *context, token in torch.tensor(token_ids).unfold(0, n, 1).tolist():
            row = counts.setdefault(tuple(context), {})
            row[token] = row.get(token, 0) + 1
    return counts
