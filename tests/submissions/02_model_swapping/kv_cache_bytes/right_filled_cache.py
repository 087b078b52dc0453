# right: fills an empty cache with tensors that hold no memory, and adds them up
import torch
from transformers import DynamicCache


def kv_cache_bytes(config, batch_size, sequence_length, dtype):
    heads = config.num_attention_heads
    kv_heads = getattr(config, "num_key_value_heads", heads)
    head_dim = getattr(config, "head_dim", None)
    if head_dim is None:
        head_dim = config.hidden_size // heads
    shape = (batch_size, kv_heads, sequence_length, head_dim)
    new = torch.empty(shape, dtype=dtype, device="meta")
    cache = DynamicCache(config=config)
    for layer in range(config.num_hidden_layers):
        cache.update(new, new, layer)
    return sum(layer.keys.nbytes + layer.values.nbytes for layer in cache.layers)
