# right: narrow, and contiguous copies


def rollback(cache, n_rejected):
    if n_rejected > 0:
        for layer in cache.layers:
            keep = layer.get_seq_length() - n_rejected
            layer.keys = layer.keys.narrow(-2, 0, keep).contiguous()
            layer.values = layer.values.narrow(-2, 0, keep).contiguous()
    return cache
