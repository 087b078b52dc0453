# wrong: wrong_dimension
# Heads are cut, not positions.
def rollback(cache, n_rejected):
    for layer in cache.layers:
        keep = layer.keys.shape[1] - n_rejected
        layer.keys = layer.keys[:, :keep]
        layer.values = layer.values[:, :keep]
    return cache
