# right: caches cut by slicing; greedy and sampling apart; prompt prefilled alone
import torch


def shorten(cache, length):
    for layer in cache.layers:
        layer.keys = layer.keys[:, :, :length]
        layer.values = layer.values[:, :, :length]


class Runner:
    """A model with its cache, which counts its forward passes."""

    def __init__(self, model):
        self.model, self.cache, self.seen, self.calls = model, None, 0, 0

    @torch.no_grad()
    def run(self, ids):
        self.calls += 1
        new = torch.tensor([ids[self.seen :]])
        out = self.model(new, past_key_values=self.cache, use_cache=True)
        self.cache, self.seen = out.past_key_values, len(ids)
        return out.logits[0]

    def back_to(self, length):
        if self.seen > length:
            shorten(self.cache, length)
            self.seen = length


def greedy_round(target, draft, ids, k):
    proposed = list(ids)
    for _ in range(k):
        proposed.append(int(draft.run(proposed)[-1].argmax()))
    best = target.run(proposed)[-k - 1 :].argmax(dim=-1).tolist()
    n = 0
    while n < k and proposed[len(ids) + n] == best[n]:
        n += 1
    return [*proposed[len(ids) : len(ids) + n], best[n]]


def sampled_round(target, draft, ids, k, temperature, generator):
    def draw(weights):
        return int(torch.multinomial(weights, 1, generator=generator))

    proposed, q = list(ids), []
    for _ in range(k):
        q.append((draft.run(proposed)[-1] / temperature).softmax(-1))
        proposed.append(draw(q[-1]))
    p = (target.run(proposed)[-k - 1 :] / temperature).softmax(-1)
    u = torch.rand(k, generator=generator)
    new = []
    for i, x in enumerate(proposed[len(ids) :]):
        if u[i] * q[i][x] >= p[i, x]:
            left = torch.relu(p[i] - q[i])
            return [*new, draw(left if left.sum() > 1e-12 else p[i])]
        new.append(x)
    return [*new, draw(p[k])]


def speculative_generate(
    target, draft, input_ids, gamma, max_new_tokens, eos_token_id, temperature=0.0, generator=None
):
    eos = {eos_token_id} if isinstance(eos_token_id, int) else set(eos_token_id or ())
    ids = input_ids[0].tolist()
    end = len(ids) + max_new_tokens
    big, small = Runner(target), Runner(draft)
    stats = {"drafted": 0, "accepted": 0}
    if max_new_tokens and len(ids) > 1:
        big.run(ids[:-1])
    while len(ids) < end:
        k = min(gamma, end - len(ids) - 1)
        if temperature == 0:
            new = greedy_round(big, small, ids, k)
        else:
            new = sampled_round(big, small, ids, k, temperature, generator)
        stats["drafted"] += k
        stats["accepted"] += len(new) - 1
        ended = [i for i, token in enumerate(new) if token in eos]
        if ended:
            ids += new[: ended[0] + 1]
            break
        ids += new
        big.back_to(len(ids) - 1)
        small.back_to(len(ids) - 1)
    stats["target_calls"], stats["draft_calls"] = big.calls, small.calls
    return torch.tensor([ids]), stats
