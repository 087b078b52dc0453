# wrong: crop_positive
# A positive count, which crop refuses.
def rollback(cache, n_rejected):
    cache.crop(n_rejected)
    return cache
