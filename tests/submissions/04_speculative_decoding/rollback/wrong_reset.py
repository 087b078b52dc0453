# wrong: cache_emptied
# The whole cache is emptied.
def rollback(cache, n_rejected):
    if n_rejected:
        cache.reset()
    return cache
