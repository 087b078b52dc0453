# wrong: kv_heads_missing
# Every config is taken to name its key-value heads; GPT-2's does not.


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    kv_heads = config.num_key_value_heads
    head_dim = getattr(config, "head_dim", None)
    if head_dim is None:
        head_dim = config.hidden_size // config.num_attention_heads
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    if types is None:
        types = ["sliding_attention" if window else ""] * config.num_hidden_layers
    positions = sum(
        min(sequence_length, window - 1)
        if t == "sliding_attention"
        else sequence_length
        for t in types
    )
    return 2 * positions * kv_heads * head_dim * batch_size * dtype.itemsize
