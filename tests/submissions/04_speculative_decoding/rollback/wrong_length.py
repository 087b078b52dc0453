# wrong: cache_not_returned
# The new length.
def rollback(cache, n_rejected):
    cache.crop(-n_rejected)
    return cache.get_seq_length()
