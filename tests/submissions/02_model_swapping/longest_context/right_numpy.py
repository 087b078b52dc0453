# right: the cache of every length at once, in numpy
import numpy as np
import torch


def longest_context(gpu_bytes, config, parameter_bytes, dtype):
    n_heads = config.num_attention_heads
    groups = getattr(config, "num_key_value_heads", n_heads)
    dim = getattr(config, "head_dim", None) or config.hidden_size // n_heads
    window = getattr(config, "sliding_window", None)
    n_layers = config.num_hidden_layers
    types = getattr(config, "layer_types", None)
    slides = np.array(
        [t == "sliding_attention" for t in types]
        if types is not None
        else [window is not None] * n_layers
    )
    lengths = np.arange(1, config.max_position_embeddings + 1, dtype=np.int64)
    positions = lengths * (~slides).sum()
    if slides.any():
        positions = positions + np.minimum(lengths, window - 1) * slides.sum()
    sizes = 2 * positions * groups * dim * (torch.finfo(dtype).bits // 8)
    return int((sizes <= gpu_bytes - parameter_bytes).sum())
