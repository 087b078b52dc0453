# right: keys and values of every layer cut to the length that stays


def rollback(cache, n_rejected):
    keep = cache.get_seq_length() - n_rejected
    for layer in cache.layers:
        layer.keys = layer.keys[:, :, :keep, :]
        layer.values = layer.values[:, :, :keep, :]
    return cache
