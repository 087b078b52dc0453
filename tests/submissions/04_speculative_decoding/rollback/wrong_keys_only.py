# wrong: values_kept
# The values keep their length.
def rollback(cache, n_rejected):
    for layer in cache.layers:
        keep = layer.keys.shape[-2] - n_rejected
        layer.keys = layer.keys[..., :keep, :]
    return cache
