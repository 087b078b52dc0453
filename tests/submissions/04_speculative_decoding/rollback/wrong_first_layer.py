# wrong: first_layer_only
# One layer is cut, the others are not.
def rollback(cache, n_rejected):
    cache.layers[0].crop(-n_rejected)
    return cache
