# right: one position after the other, layer by layer


def rollback(cache, n_rejected):
    for _ in range(n_rejected):
        for layer in cache.layers:
            layer.crop(-1)
    return cache
