# wrong: hidden_size_per_layer
# A layer is taken to keep two vectors as wide as the model.


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
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
    return 2 * positions * config.hidden_size * batch_size * dtype.itemsize
