# wrong: raised
# Caches are no lists of pairs any more.
def rollback(cache, n_rejected):
    keep = cache.get_seq_length() - n_rejected
    return [(k[:, :, :keep], v[:, :, :keep]) for k, v in (cache[i] for i in range(len(cache)))]
