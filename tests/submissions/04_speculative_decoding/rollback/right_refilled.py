# right: emptied and filled again with what stays


def rollback(cache, n_rejected):
    keep = cache.get_seq_length() - n_rejected
    kept = [(x.keys[:, :, :keep], x.values[:, :, :keep]) for x in cache.layers]
    cache.reset()
    for i, (keys, values) in enumerate(kept):
        cache.update(keys, values, i)
    return cache
