# wrong: values_kept
# The values are cut to another layer's keys.
def rollback(cache, n_rejected):
    for layer in cache.layers:
        keep = layer.keys.shape[-2] - n_rejected
        layer.keys = layer.keys[..., :keep, :]
        layer.values = layer.keys
    return cache
