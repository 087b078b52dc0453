# wrong: off_by_one
# The last accepted position goes too.
def rollback(cache, n_rejected):
    if n_rejected:
        cache.crop(-n_rejected - 1)
    return cache
