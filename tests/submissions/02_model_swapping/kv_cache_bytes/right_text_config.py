# right: the decoder's own config, keys and values added separately
import math


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    text = config.get_text_config(decoder=True)
    query_heads = text.num_attention_heads
    groups = getattr(text, "num_key_value_heads", query_heads)
    dim = getattr(text, "head_dim", 0) or text.hidden_size // query_heads
    window = getattr(text, "sliding_window", None)
    limit = math.inf if window is None else window - 1
    kinds = getattr(text, "layer_types", None) or []
    keys = 0
    for layer in range(text.num_hidden_layers):
        slides = kinds[layer].startswith("sliding") if kinds else True
        positions = min(sequence_length, limit) if slides else sequence_length
        keys += batch_size * groups * positions * dim * dtype.itemsize
    values = keys
    return keys + values
