# wrong: off_by_one
# `range` is taken to include its end.


def longest_context(gpu_bytes, config, parameter_bytes, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    if types is None:
        types = ["sliding_attention" if window else ""] * config.num_hidden_layers
    row = 2 * kv_heads * head_dim * dtype.itemsize
    full = sum(t != "sliding_attention" for t in types)
    best = 0
    for length in range(1, config.max_position_embeddings):
        positions = full * length
        if full < len(types):
            positions += (len(types) - full) * min(length, window - 1)
        if parameter_bytes + positions * row <= gpu_bytes:
            best = length
    return best
