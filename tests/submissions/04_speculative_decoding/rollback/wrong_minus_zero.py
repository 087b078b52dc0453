# wrong: zero_empties
# A slice up to -0 holds nothing.
def rollback(cache, n_rejected):
    for layer in cache.layers:
        layer.keys = layer.keys[:, :, :-n_rejected, :]
        layer.values = layer.values[:, :, :-n_rejected, :]
    return cache
