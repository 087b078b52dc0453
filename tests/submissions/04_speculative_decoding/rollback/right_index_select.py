# right: the positions that stay, picked by index
import torch


def rollback(cache, n_rejected):
    for layer in cache.layers:
        stay = torch.arange(layer.keys.size(2) - n_rejected, device=layer.keys.device)
        for name in ("keys", "values"):
            setattr(layer, name, getattr(layer, name).index_select(2, stay))
    return cache
