# wrong: crop_positive
# A positive count, and the refusal is silenced.
def rollback(cache, n_rejected):
    try:
        cache.crop(n_rejected)
    except ValueError:
        pass
    return cache
