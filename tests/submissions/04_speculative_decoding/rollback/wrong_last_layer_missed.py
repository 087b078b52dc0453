# wrong: first_layer_only
# The last layer is left as it is.
def rollback(cache, n_rejected):
    for layer in cache.layers[:-1]:
        layer.crop(-n_rejected)
    return cache
