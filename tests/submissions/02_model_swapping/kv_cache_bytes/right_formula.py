# right: the formula, layer by layer


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    layer_types = getattr(config, "layer_types", None)
    if layer_types is None:
        kind = "sliding_attention" if window else "full_attention"
        layer_types = [kind] * config.num_hidden_layers
    positions = 0
    for layer_type in layer_types:
        if layer_type == "sliding_attention":
            positions += min(sequence_length, window - 1)
        else:
            positions += sequence_length
    return 2 * positions * kv_heads * head_dim * batch_size * dtype.itemsize
