# right: a DynamicCache of its own, positions and mask written out
import torch
from transformers import DynamicCache


@torch.inference_mode()
def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    B = input_ids.shape[0]
    eos = [] if eos_token_id is None else eos_token_id
    eos = torch.tensor(eos, dtype=torch.long).reshape(-1)
    pad = model.generation_config.pad_token_id
    if pad is None:
        pad = int(eos[0]) if len(eos) else 0
    cache = DynamicCache(config=model.config)
    ids, finished = input_ids.clone(), torch.zeros(B, dtype=torch.bool)
    while ids.shape[1] < input_ids.shape[1] + max_new_tokens:
        if finished.all():
            break
        seen, total = cache.get_seq_length(), ids.shape[1]
        logits = model(
            input_ids=ids[:, seen:],
            attention_mask=torch.ones(B, total, dtype=torch.long),
            position_ids=torch.arange(seen, total).expand(B, -1),
            past_key_values=cache,
            use_cache=True,
        ).logits
        token = logits[:, -1].argmax(dim=-1)
        token = torch.where(finished, torch.full_like(token, pad), token)
        finished |= torch.isin(token, eos)
        ids = torch.cat([ids, token[:, None]], dim=1)
    return ids
