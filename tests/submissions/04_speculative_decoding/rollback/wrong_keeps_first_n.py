# wrong: keeps_n
# The slice ends at the number of rejected ones.
def rollback(cache, n_rejected):
    for layer in cache.layers:
        layer.keys = layer.keys[:, :, :n_rejected]
        layer.values = layer.values[:, :, :n_rejected]
    return cache
