# wrong: off_by_one
# One position is removed where none was rejected.
def rollback(cache, n_rejected):
    cache.crop(-(n_rejected + 1))
    return cache
