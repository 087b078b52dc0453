# wrong: missing_key
# Empty statistics.
import torch
from transformers import DynamicCache


def speculative_generate(
    target, draft, input_ids, gamma, max_new_tokens, eos_token_id, temperature=0.0, generator=None
):
    stop = eos_token_id if isinstance(eos_token_id, list) else [eos_token_id]
    stats = {"target_calls": 0, "draft_calls": 0, "drafted": 0, "accepted": 0}

    def law(logits):
        if temperature == 0:
            return torch.nn.functional.one_hot(logits.argmax(-1), logits.shape[-1]).float()
        return torch.softmax(logits / temperature, dim=-1)

    def logits_of(model, name, ids, cache):
        stats[name] += 1
        unseen = ids[:, cache.get_seq_length() :]
        with torch.no_grad():
            return model(unseen, past_key_values=cache, use_cache=True).logits[0]

    ids, end = input_ids, input_ids.shape[1] + max_new_tokens
    target_cache = DynamicCache(config=target.config)
    draft_cache = DynamicCache(config=draft.config)
    while ids.shape[1] < end:
        start = ids.shape[1]
        k = min(gamma, end - start - 1)
        longer, q = ids, []
        for _ in range(k):
            q.append(law(logits_of(draft, "draft_calls", longer, draft_cache)[-1]))
            token = torch.multinomial(q[-1], 1, generator=generator)
            longer = torch.cat([longer, token[None]], dim=1)
        p = law(logits_of(target, "target_calls", longer, target_cache)[-k - 1 :])
        n = 0
        while n < k:
            x = longer[0, start + n]
            if torch.rand((), generator=generator) >= p[n, x] / q[n][x]:
                break
            n += 1
        last = p[n]
        if n < k:
            left = (p[n] - q[n]).clamp(min=0)
            last = left if left.sum() > 1e-12 else last
        token = torch.multinomial(last, 1, generator=generator)
        new = torch.cat([longer[0, start : start + n], token])
        stats["drafted"] += k
        stats["accepted"] += n
        for i, token in enumerate(new.tolist()):
            if token in stop:
                return torch.cat([ids, new[None, : i + 1]], dim=1), {}
        ids = torch.cat([ids, new[None]], dim=1)
        for cache in (target_cache, draft_cache):
            # Of the newest token neither has seen anything yet.
            cache.crop(-max(cache.get_seq_length() - ids.shape[1] + 1, 0))
    return ids, {}
