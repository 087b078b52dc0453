# wrong: wrong_unit
# The size is taken to be asked in GiB.


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    if types is None:
        types = ["sliding_attention" if window else ""] * config.num_hidden_layers
    positions = sum(
        min(sequence_length, window - 1)
        if t == "sliding_attention"
        else sequence_length
        for t in types
    )
    size = 2 * positions * kv_heads * head_dim * batch_size * dtype.itemsize
    return size / 2**30
