# wrong: eos_ignored
# The budget alone is taken to end the generation.
import torch


def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    ids, feed, cache = input_ids, input_ids, None
    for _ in range(max_new_tokens):
        with torch.no_grad():
            out = model(feed, past_key_values=cache, use_cache=True)
        cache = out.past_key_values
        token = out.logits[:, -1].argmax(dim=-1)
        feed = token[:, None]
        ids = torch.cat([ids, feed], dim=1)
    return ids
