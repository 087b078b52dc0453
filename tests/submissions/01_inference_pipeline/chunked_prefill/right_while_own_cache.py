# right: while loop, a DynamicCache of its own, positions and mask written out
import torch
from transformers import DynamicCache


@torch.inference_mode()
def chunked_prefill(model, input_ids, chunk_size):
    B, T = input_ids.shape
    cache = DynamicCache(config=model.config)
    while (seen := cache.get_seq_length()) < T:
        end = min(seen + chunk_size, T)
        logits = model(
            input_ids=input_ids[:, seen:end],
            attention_mask=torch.ones(B, end, dtype=torch.long),
            position_ids=torch.arange(seen, end).expand(B, -1),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        ).logits
    return logits.squeeze(1), cache
