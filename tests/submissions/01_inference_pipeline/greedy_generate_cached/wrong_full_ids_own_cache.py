# wrong: refeeds_ids
# A cache is taken to skip by itself what it has seen of the ids.
import torch
from transformers import DynamicCache


@torch.inference_mode()
def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    eos = [] if eos_token_id is None else eos_token_id
    eos = eos if isinstance(eos, list) else [eos]
    pad = model.generation_config.pad_token_id
    if pad is None and eos:
        pad = eos[0]
    cache = DynamicCache(config=model.config)
    rows = input_ids.tolist()
    done = [False] * len(rows)
    for _ in range(max_new_tokens):
        logits = model(torch.tensor(rows), past_key_values=cache).logits
        for b, token in enumerate(logits[:, -1].argmax(-1).tolist()):
            rows[b].append(pad if done[b] else token)
            done[b] = done[b] or token in eos
        if all(done):
            break
    return torch.tensor(rows)
