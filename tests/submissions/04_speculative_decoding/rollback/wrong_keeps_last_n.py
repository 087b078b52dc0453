# wrong: keeps_n
# The rejected ones stay, all others go.
def rollback(cache, n_rejected):
    for layer in cache.layers:
        start = layer.keys.shape[2] - n_rejected
        layer.keys = layer.keys[:, :, start:]
        layer.values = layer.values[:, :, start:]
    return cache
