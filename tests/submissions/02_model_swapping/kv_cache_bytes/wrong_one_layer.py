# wrong: layers_ignored
# The cache of one layer is taken to be the model's.


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    slides = types[0] == "sliding_attention" if types else window is not None
    kept = min(sequence_length, window - 1) if slides else sequence_length
    return 2 * kept * kv_heads * head_dim * batch_size * dtype.itemsize
