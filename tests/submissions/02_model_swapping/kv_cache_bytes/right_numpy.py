# right: counts full and sliding layers, numpy integers
import numpy as np
import torch


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    n = config.num_hidden_layers
    window = getattr(config, "sliding_window", None)
    types = getattr(config, "layer_types", None)
    slides = np.full(n, window is not None)
    if types is not None:
        slides = np.array(types) == "sliding_attention"
    lengths = np.full(n, sequence_length, dtype=np.int64)
    if slides.any():
        lengths[slides] = np.minimum(lengths[slides], window - 1)
    heads = config.num_attention_heads
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // heads
    row = getattr(config, "num_key_value_heads", heads) * head_dim
    return 2 * lengths.sum() * batch_size * row * (torch.finfo(dtype).bits // 8)
