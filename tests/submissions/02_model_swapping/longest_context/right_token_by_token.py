# right: adds one token at a time until memory or the model ends
import torch


def longest_context(gpu_bytes, config, parameter_bytes, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", None) or heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    size = torch.empty((), dtype=dtype).element_size()
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    if types is None:
        types = ["sliding_attention" if window else ""] * config.num_hidden_layers
    full = sum(t != "sliding_attention" for t in types)
    sliding = len(types) - full

    used, length = parameter_bytes, 0
    while length < config.max_position_embeddings:
        growing = full
        if sliding and length + 1 <= window - 1:
            growing += sliding
        used += growing * 2 * kv_heads * head_dim * size
        if used > gpu_bytes:
            break
        length += 1
    return length
