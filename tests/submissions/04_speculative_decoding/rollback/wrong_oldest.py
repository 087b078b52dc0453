# wrong: oldest_dropped
# The first positions go, not the last.
def rollback(cache, n_rejected):
    for layer in cache.layers:
        layer.keys = layer.keys[:, :, n_rejected:, :]
        layer.values = layer.values[:, :, n_rejected:, :]
    return cache
