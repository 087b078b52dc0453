# wrong: not_in_place
# A new cache is filled with what stays.
from transformers import DynamicCache


def rollback(cache, n_rejected):
    keep = cache.get_seq_length() - n_rejected
    shorter = DynamicCache()
    for i, layer in enumerate(cache.layers):
        shorter.update(layer.keys[:, :, :keep], layer.values[:, :, :keep], i)
    return shorter
