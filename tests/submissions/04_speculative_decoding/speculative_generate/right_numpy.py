# right: numpy laws and inverse CDF, lists of ids, drafting ends at an EOS
import numpy as np
import torch


def softmax(x, temperature):
    if temperature == 0:
        return np.eye(x.shape[-1])[x.argmax(axis=-1)]
    x = x / temperature
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def speculative_generate(
    target, draft, input_ids, gamma, max_new_tokens, eos_token_id, temperature=0.0, generator=None
):
    eos = np.array([] if eos_token_id is None else eos_token_id).reshape(-1).tolist()
    stats = dict.fromkeys(("target_calls", "draft_calls", "drafted", "accepted"), 0)

    def laws(model, ids):
        with torch.no_grad():
            logits = model(torch.tensor([ids])).logits[0]
        return softmax(logits.double().numpy(), temperature)

    def u():
        return torch.rand(1, dtype=torch.float64, generator=generator).item()

    def draw(law):
        edges = law.cumsum()
        return int(np.searchsorted(edges, u() * edges[-1], side="right"))

    def one_round(ids, left):
        guess, q = [], []
        while len(guess) < min(gamma, left - 1) and not (guess and guess[-1] in eos):
            q.append(laws(draft, ids + guess)[-1])
            stats["draft_calls"] += 1
            guess.append(draw(q[-1]))
        p = laws(target, ids + guess)[len(ids) - 1 :]
        stats["target_calls"] += 1
        stats["drafted"] += len(guess)
        for i, x in enumerate(guess):
            if u() >= p[i][x] / q[i][x]:
                rest = np.maximum(p[i] - q[i], 0)
                return [*guess[:i], draw(rest if rest.sum() > 1e-12 else p[i])]
            stats["accepted"] += 1
            if x in eos:
                return guess[: i + 1]
        return [*guess, draw(p[-1])]

    ids = input_ids[0].tolist()
    size = len(ids)
    while len(ids) < size + max_new_tokens:
        ids = ids + one_round(ids, size + max_new_tokens - len(ids))
        if ids[-1] in eos:
            break
    return torch.tensor([ids]), stats
