# wrong: keeps_n
# As many are removed as should stay.
def rollback(cache, n_rejected):
    cache.crop(n_rejected - cache.get_seq_length())
    return cache
