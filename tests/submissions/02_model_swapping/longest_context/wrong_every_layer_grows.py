# wrong: sliding_window_ignored
# The cost of a token is taken to be the same at every length.


def longest_context(gpu_bytes, config, parameter_bytes, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    per_token = 2 * config.num_hidden_layers * kv_heads * head_dim * dtype.itemsize
    length = max(0, gpu_bytes - parameter_bytes) // per_token
    return min(length, config.max_position_embeddings)
