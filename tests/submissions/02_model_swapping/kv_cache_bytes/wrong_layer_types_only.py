# wrong: sliding_window_ignored
# Without layer_types no layer is taken to slide; Mistral's all do.


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    types = getattr(config, "layer_types", None)
    if types is None:
        types = ["full_attention"] * config.num_hidden_layers
    positions = sum(
        min(sequence_length, config.sliding_window - 1)
        if t == "sliding_attention"
        else sequence_length
        for t in types
    )
    return 2 * positions * kv_heads * head_dim * batch_size * dtype.itemsize
