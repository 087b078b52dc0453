# right: bisection over the context length


def longest_context(gpu_bytes, config, parameter_bytes, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    if types is None:
        types = ["sliding_attention" if window else ""] * config.num_hidden_layers
    row = 2 * kv_heads * head_dim * dtype.itemsize

    def fits(length):
        positions = 0
        for t in types:
            slides = t == "sliding_attention"
            positions += min(length, window - 1) if slides else length
        return parameter_bytes + row * positions <= gpu_bytes

    low, high = 0, config.max_position_embeddings
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low
