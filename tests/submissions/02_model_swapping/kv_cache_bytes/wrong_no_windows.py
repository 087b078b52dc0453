# wrong: sliding_window_ignored
# Every layer is taken to keep every position.


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    return (
        2
        * config.num_hidden_layers
        * kv_heads
        * head_dim
        * sequence_length
        * batch_size
        * dtype.itemsize
    )
