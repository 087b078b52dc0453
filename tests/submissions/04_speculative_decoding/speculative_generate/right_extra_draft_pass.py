# right: the draft reads its last token too, so both caches are equally long; inverse CDF
import torch


def pick(law, generator):
    edges = law.double().cumsum(-1)
    u = torch.rand(1, generator=generator, dtype=torch.float64)
    return torch.searchsorted(edges, u * edges[-1], right=True).clamp(max=len(law) - 1)


def speculative_generate(
    target, draft, input_ids, gamma, max_new_tokens, eos_token_id, temperature=0.0, generator=None
):
    ends = eos_token_id if isinstance(eos_token_id, (list, tuple)) else (eos_token_id,)
    greedy = temperature == 0
    counts = [0, 0, 0, 0]  # target passes, draft passes, drafted, accepted
    tokens = input_ids[0]
    final = len(tokens) + max_new_tokens
    past = {"target": None, "draft": None}

    def feed(name, model, new):
        counts[name == "draft"] += 1
        with torch.no_grad():
            out = model(new[None], past_key_values=past[name], use_cache=True)
        past[name] = out.past_key_values
        return out.logits[0]

    new = tokens  # what both caches lack
    while len(tokens) < final:
        guess, q = tokens[:0], []
        step = new
        for _ in range(gamma):
            logits = feed("draft", draft, step)[-1]
            q.append(None if greedy else torch.softmax(logits / temperature, dim=-1))
            step = logits.argmax(-1, keepdim=True) if greedy else pick(q[-1], generator)
            guess = torch.cat([guess, step])
        feed("draft", draft, step)
        logits = feed("target", target, torch.cat([new, guess]))[-gamma - 1 :]
        if greedy:
            best = logits.argmax(dim=-1)
            n = int((guess == best[:-1]).long().cumprod(0).sum())
            token = best[n : n + 1]
        else:
            p = torch.softmax(logits / temperature, dim=-1)
            for n in range(gamma + 1):
                if n == gamma:
                    token = pick(p[n], generator)
                    break
                ratio = p[n, guess[n]] / q[n][guess[n]]
                if torch.rand(1, generator=generator).item() >= ratio.item():
                    surplus = (p[n] - q[n]).clamp(min=0)
                    token = pick(surplus if surplus.sum() > 1e-12 else p[n], generator)
                    break
        counts[2] += gamma
        counts[3] += n
        fresh = torch.cat([guess[:n], token])[: final - len(tokens)]
        for i, x in enumerate(fresh.tolist()):
            if x in ends:
                fresh, final = fresh[: i + 1], 0
                break
        tokens = torch.cat([tokens, fresh])
        if gamma > n:
            past["target"].crop(n - gamma)
            past["draft"].crop(n - gamma)
        new = token
    return tokens[None].clone(), dict(
        zip(("target_calls", "draft_calls", "drafted", "accepted"), counts, strict=True)
    )
