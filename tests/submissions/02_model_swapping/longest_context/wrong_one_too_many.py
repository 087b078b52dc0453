# wrong: off_by_one
# The first length that does not fit is returned.


def longest_context(gpu_bytes, config, parameter_bytes, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    if types is None:
        types = ["sliding_attention" if window else ""] * config.num_hidden_layers
    row = 2 * kv_heads * head_dim * dtype.itemsize
    used, length = parameter_bytes, 0
    if used > gpu_bytes:
        return 0
    while length < config.max_position_embeddings and used <= gpu_bytes:
        for t in types:
            if t != "sliding_attention" or length < window - 1:
                used += row
        length += 1
    return length
