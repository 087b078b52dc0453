# wrong: zeroed_not_removed
# The rejected positions hold zeros, and are still there.
def rollback(cache, n_rejected):
    for layer in cache.layers:
        keep = layer.keys.shape[2] - n_rejected
        layer.keys[:, :, keep:] = 0
        layer.values[:, :, keep:] = 0
    return cache
