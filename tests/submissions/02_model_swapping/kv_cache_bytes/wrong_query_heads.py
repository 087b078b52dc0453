# wrong: query_heads
# Every query head is taken to have keys and values of its own.


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    heads = config.num_attention_heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
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
    return 2 * positions * heads * head_dim * batch_size * dtype.itemsize
