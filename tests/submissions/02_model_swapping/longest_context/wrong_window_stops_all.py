# wrong: window_on_every_layer
# A window in the config is taken to stop every layer from growing.


def longest_context(gpu_bytes, config, parameter_bytes, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    per_token = 2 * config.num_hidden_layers * kv_heads * head_dim * dtype.itemsize
    length = max(0, gpu_bytes - parameter_bytes) // per_token
    if window is not None and length >= window - 1:
        return config.max_position_embeddings
    return min(length, config.max_position_embeddings)
