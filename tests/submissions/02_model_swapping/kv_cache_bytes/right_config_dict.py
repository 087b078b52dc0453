# right: the config as a dict, old and new names, plain loops
import torch


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    settings = config.to_dict()

    def first(*names):
        for name in names:
            if settings.get(name) is not None:
                return settings[name]
        return None

    heads = first("num_attention_heads", "n_head", "num_heads")
    layers = first("num_hidden_layers", "n_layer", "num_layers")
    width = first("head_dim")
    if width is None:
        width = first("hidden_size", "n_embd") // heads
    kv_heads = first("num_key_value_heads")
    if kv_heads is None:
        kv_heads = heads
    window = first("sliding_window")
    types = first("layer_types")

    total = 0
    for layer in range(layers):
        if types is not None:
            slides = types[layer] == "sliding_attention"
        else:
            slides = window is not None
        kept = sequence_length
        if slides and kept > window - 1:
            kept = window - 1
        total += batch_size * kv_heads * kept * width
    return 2 * total * torch.empty((), dtype=dtype).element_size()
