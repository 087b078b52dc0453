# wrong: not_in_place
# Names of the loop are cut; the layers keep what they had.
def rollback(cache, n_rejected):
    for layer in cache.layers:
        keys, values = layer.keys, layer.values
        keep = keys.shape[2] - n_rejected
        keys, values = keys[:, :, :keep], values[:, :, :keep]
    return cache
