# wrong: calls_the_library
# The library's own test and replacement.
import torch
from transformers.generation.utils import _speculative_sampling


def speculative_generate(
    target, draft, input_ids, gamma, max_new_tokens, eos_token_id, temperature=0.0, generator=None
):
    stop = eos_token_id if isinstance(eos_token_id, list) else [eos_token_id]
    stats = {"target_calls": 0, "draft_calls": 0, "drafted": 0, "accepted": 0}

    def scores(model, name, ids):
        stats[name] += 1
        with torch.no_grad():
            logits = model(ids).logits
        if temperature == 0:
            best = torch.nn.functional.one_hot(logits.argmax(-1), logits.shape[-1])
            return best.float().log()
        return logits / temperature

    ids, end = input_ids, input_ids.shape[1] + max_new_tokens
    while ids.shape[1] < end:
        start = ids.shape[1]
        k = min(gamma, end - start - 1)
        longer, q = ids, []
        for _ in range(k):
            q.append(scores(draft, "draft_calls", longer)[:, -1])
            token = torch.multinomial(q[-1].softmax(-1), 1, generator=generator)
            longer = torch.cat([longer, token], dim=1)
        p = scores(target, "target_calls", longer)[:, start - 1 :]
        if k:
            new, n = _speculative_sampling(longer, torch.stack(q, dim=1), k, p)
        else:
            new, n = torch.multinomial(p[0].softmax(-1), 1, generator=generator), 0
        stats["drafted"] += k
        stats["accepted"] += int(n)
        for i, token in enumerate(new[0].tolist()):
            if token in stop:
                return torch.cat([ids, new[:, : i + 1]], dim=1), stats
        ids = torch.cat([ids, new], dim=1)
    return ids, stats
