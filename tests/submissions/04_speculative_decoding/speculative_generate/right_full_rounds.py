# right: always gamma drafts, cut to the budget afterwards; vectorised; the target has a cache
import torch
from transformers import DynamicCache


@torch.inference_mode()
def speculative_generate(
    target, draft, input_ids, gamma, max_new_tokens, eos_token_id, temperature=0.0, generator=None
):
    if eos_token_id is None:
        eos_token_id = []
    eos = torch.tensor(eos_token_id, dtype=torch.long).reshape(-1)
    out = input_ids
    budget = input_ids.shape[-1] + max_new_tokens
    cache = DynamicCache(config=target.config)
    target_calls = draft_calls = drafted = accepted = 0

    def dist(logits):
        if temperature:
            return (logits.double() / temperature).softmax(dim=-1)
        return torch.eye(logits.shape[-1], dtype=torch.float64)[logits.argmax(dim=-1)]

    while out.shape[-1] < budget:
        ids, q = out, []
        for _ in range(gamma):
            q.append(dist(draft(ids).logits[:, -1]))
            draft_calls += 1
            ids = torch.cat([ids, torch.multinomial(q[-1], 1, generator=generator)], dim=-1)
        fresh = ids[:, cache.get_seq_length() :]
        logits = target(fresh, past_key_values=cache).logits[0, -gamma - 1 :]
        target_calls += 1
        p, q = dist(logits), torch.cat(q)
        x = ids[0, -gamma:]
        at = torch.arange(gamma)
        u = torch.rand(gamma, generator=generator, dtype=torch.float64)
        n = int((u < (p[at, x] / q[at, x]).clamp(max=1)).long().cumprod(0).sum())
        rest = (p[n] - (q[n] if n < gamma else 0)).clamp(min=0)
        rest = rest if rest.sum() > 1e-12 else p[n]
        token = torch.multinomial(rest, 1, generator=generator)[None]
        drafted, accepted = drafted + gamma, accepted + n
        out = torch.cat([ids[:, : ids.shape[-1] - gamma + n], token], dim=-1)[:, :budget]
        new = out[0, ids.shape[-1] - gamma :]
        hit = torch.isin(new, eos).nonzero()
        if len(hit):
            out = out[:, : ids.shape[-1] - gamma + int(hit[0]) + 1]
            break
        cache.crop(min(0, out.shape[-1] - 1 - cache.get_seq_length()))
    stats = {
        "target_calls": target_calls,
        "draft_calls": draft_calls,
        "drafted": drafted,
        "accepted": accepted,
    }
    return out.clone(), stats
