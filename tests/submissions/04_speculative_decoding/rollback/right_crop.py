# right: the cache's own crop with a negative count


def rollback(cache, n_rejected):
    cache.crop(-n_rejected)
    return cache
