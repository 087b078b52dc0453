# wrong: dtype_ignored
# A cache is taken to be in 16 bits whatever the model computes in.


def longest_context(gpu_bytes, config, parameter_bytes, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    if types is None:
        types = ["sliding_attention" if window else ""] * config.num_hidden_layers
    row = 2 * kv_heads * head_dim * 2
    used, length = parameter_bytes, 0
    while length < config.max_position_embeddings:
        for t in types:
            if t != "sliding_attention" or length < window - 1:
                used += row
        if used > gpu_bytes:
            break
        length += 1
    return length
