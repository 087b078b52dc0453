# wrong: window_none
# A config that has the field is taken to have a window; it may be None.


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    types = getattr(config, "layer_types", None)
    positions = 0
    for layer in range(config.num_hidden_layers):
        kept = sequence_length
        if hasattr(config, "sliding_window"):
            window_full = min(sequence_length, config.sliding_window - 1)
            if types is None or types[layer] == "sliding_attention":
                kept = window_full
        positions += kept
    return 2 * positions * kv_heads * head_dim * batch_size * dtype.itemsize
