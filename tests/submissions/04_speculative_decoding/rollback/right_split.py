# right: tensor_split at the last position that stays


def rollback(cache, n_rejected):
    keep = cache.get_seq_length() - n_rejected
    for layer in cache.layers:
        layer.keys, _ = layer.keys.tensor_split([keep], dim=2)
        layer.values, _ = layer.values.tensor_split([keep], dim=2)
    return cache
