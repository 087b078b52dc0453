# right: two straight lines, below the window and above it


def longest_context(gpu_bytes, config, parameter_bytes, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", heads)
    head_dim = getattr(config, "head_dim", None)
    if head_dim is None:
        head_dim = config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    layers = config.num_hidden_layers
    if types is not None:
        sliding = types.count("sliding_attention")
    else:
        sliding = 0 if window is None else layers
    cap = config.max_position_embeddings
    rows = (gpu_bytes - parameter_bytes) // (
        2 * kv_heads * head_dim * dtype.itemsize
    )
    if rows < layers:
        return 0
    length = rows // layers
    if sliding and length >= window - 1:
        full = layers - sliding
        if full == 0:
            return cap
        length = (rows - sliding * (window - 1)) // full
    return min(length, cap)
