# right: no caches; greedy is a one-hot law
import torch


def speculative_generate(
    target, draft, input_ids, gamma, max_new_tokens, eos_token_id, temperature=0.0, generator=None
):
    eos = [] if eos_token_id is None else eos_token_id
    eos = [eos] if isinstance(eos, int) else eos
    stats = dict(target_calls=0, draft_calls=0, drafted=0, accepted=0)

    def laws(model, name, ids):
        stats[name] += 1
        with torch.no_grad():
            logits = model(input_ids=ids, use_cache=False).logits[0].float()
        if temperature > 0:
            return torch.softmax(logits / temperature, dim=-1)
        return torch.zeros_like(logits).scatter_(-1, logits.argmax(-1, keepdim=True), 1.0)

    def draw(law):
        return torch.multinomial(law, 1, generator=generator)

    ids = input_ids
    last = input_ids.shape[1] + max_new_tokens
    while ids.shape[1] < last:
        known = ids.shape[1]
        proposed, q = ids, []
        for _ in range(min(gamma, last - known - 1)):
            q.append(laws(draft, "draft_calls", proposed)[-1])
            proposed = torch.cat([proposed, draw(q[-1])[None]], dim=1)
        p = laws(target, "target_calls", proposed)[known - 1 :]
        stats["drafted"] += len(q)
        for i in range(len(q) + 1):
            if i == len(q):
                token = draw(p[i])
                break
            x = proposed[0, known + i]
            if torch.rand(1, generator=generator) < p[i, x] / q[i][x]:
                stats["accepted"] += 1
                continue
            left = (p[i] - q[i]).clamp(min=0)
            token = draw(left if left.sum() > 1e-12 else p[i])
            break
        ids = torch.cat([proposed[:, : known + i], token[None]], dim=1)
        for place in range(known, ids.shape[1]):
            if ids[0, place] in eos:
                return ids[:, : place + 1], stats
    return ids.clone(), stats
