# wrong: cache_not_returned
# crop returns nothing.
def rollback(cache, n_rejected):
    return cache.crop(-n_rejected)
