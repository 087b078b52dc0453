# wrong: off_by_one
# One rejected position stays.
def rollback(cache, n_rejected):
    cache.crop(-max(n_rejected - 1, 0))
    return cache
