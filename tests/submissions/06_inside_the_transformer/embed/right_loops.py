# right: two loops and stack
import torch


def embed(table, input_ids):
    batch = []
    for sequence in input_ids.tolist():
        batch.append(torch.stack([table[token] for token in sequence]))
    return torch.stack(batch)
