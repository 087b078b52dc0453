# wrong: window_on_every_layer
# GPT-Neo's local layers read a window only, so their cache is taken to be one.


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    if types is None:
        types = ["sliding_attention" if window else ""] * config.num_hidden_layers
    if hasattr(config, "attention_layers"):
        window = config.window_size
        types = [
            "sliding_attention" if kind == "local" else "full_attention"
            for kind in config.attention_layers
        ]
    positions = sum(
        min(sequence_length, window - 1)
        if t == "sliding_attention"
        else sequence_length
        for t in types
    )
    return 2 * positions * kv_heads * head_dim * batch_size * dtype.itemsize
