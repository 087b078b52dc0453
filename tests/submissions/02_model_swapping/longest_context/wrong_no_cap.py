# wrong: cap_ignored
# What fits into memory is taken to fit the model.


def longest_context(gpu_bytes, config, parameter_bytes, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    if types is None:
        types = ["sliding_attention" if window else ""] * config.num_hidden_layers
    row = 2 * kv_heads * head_dim * dtype.itemsize
    full = sum(t != "sliding_attention" for t in types)
    sliding = len(types) - full
    rows = max(0, gpu_bytes - parameter_bytes) // row
    length = rows // len(types)
    if sliding and length >= window - 1:
        length = (rows - sliding * (window - 1)) // full if full else 10**9
    return length
