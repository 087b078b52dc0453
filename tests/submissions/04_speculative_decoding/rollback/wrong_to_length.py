# wrong: crop_to_length
# The length that stays, as crop once wanted it.
def rollback(cache, n_rejected):
    cache.crop(cache.get_seq_length() - n_rejected)
    return cache
