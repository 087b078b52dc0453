# wrong: window_on_every_layer
# One window in the config is taken to hold for every layer.


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    if window is not None:
        sequence_length = min(sequence_length, window - 1)
    per_token = 2 * config.num_hidden_layers * kv_heads * head_dim * dtype.itemsize
    return per_token * sequence_length * batch_size
