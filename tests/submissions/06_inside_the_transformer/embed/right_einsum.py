# right: a comparison with every id, einsum
import torch


def embed(table, input_ids):
    ids = torch.arange(len(table))
    hit = (input_ids[..., None] == ids).to(table.dtype)
    return torch.einsum("btv,vh->bth", hit, table)
