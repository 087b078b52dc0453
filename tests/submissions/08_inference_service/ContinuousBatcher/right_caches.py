# right: a cache for each request, joined with padding on the left for one forward
import torch
import torch.nn.functional as F
from transformers import DynamicCache


class ContinuousBatcher:
    def __init__(self, model, eos_token_id, sampler=None):
        self.model, self.eos = model, eos_token_id
        self.sampler = sampler or (lambda names, logits: logits.argmax(dim=-1))
        self.running = {}

    @torch.no_grad()
    def add(self, request_id, prompt_ids, max_new_tokens):
        out = self.model(torch.tensor([prompt_ids]), use_cache=True)
        layers = [(layer.keys, layer.values) for layer in out.past_key_values.layers]
        logits = out.logits[0, -1]
        self.running[request_id] = {"layers": layers, "next": logits, "last": None, "left": max_new_tokens}

    def remove(self, request_id):
        self.running.pop(request_id, None)

    @torch.no_grad()
    def forward(self, old):
        """One token for each of these: their caches side by side, the short ones padded in front."""
        sizes = [r["layers"][0][0].shape[2] for r in old]
        longest = max(sizes)
        cache = DynamicCache()
        for number in range(len(old[0]["layers"])):
            halves = [
                torch.cat([F.pad(r["layers"][number][h], (0, 0, longest - n, 0)) for r, n in zip(old, sizes)])
                for h in (0, 1)
            ]
            cache.update(*halves, number)
        out = self.model(
            torch.tensor([[r["last"]] for r in old]),
            attention_mask=torch.tensor([[0] * (longest - n) + [1] * (n + 1) for n in sizes]),
            position_ids=torch.tensor([[n] for n in sizes]),
            past_key_values=cache,
            use_cache=True,
        )
        for row, (r, n) in enumerate(zip(old, sizes)):
            r["layers"] = [
                (x.keys[row : row + 1, :, longest - n :], x.values[row : row + 1, :, longest - n :])
                for x in out.past_key_values.layers
            ]
            r["next"] = out.logits[row, -1]

    def step(self):
        old = [r for r in self.running.values() if r["next"] is None]
        if old:
            self.forward(old)
        if not self.running:
            return {}
        names = list(self.running)
        tokens = self.sampler(names, torch.stack([self.running[name]["next"] for name in names]))
        result = dict(zip(names, tokens.tolist()))
        for name in names:
            r = self.running[name]
            r["last"] = result[name]
            r["next"], r["left"] = None, r["left"] - 1
            if r["last"] == self.eos or r["left"] == 0:
                self.remove(name)
        return result
