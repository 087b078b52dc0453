# wrong: cache_not_returned
# Keys and values as tuples, as caches once were.
def rollback(cache, n_rejected):
    cache.crop(-n_rejected)
    return tuple((layer.keys, layer.values) for layer in cache.layers)
