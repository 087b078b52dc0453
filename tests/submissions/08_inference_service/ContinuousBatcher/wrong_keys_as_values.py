# wrong: text_forgotten
import torch
import transformers
from torch.nn.functional import pad


class ContinuousBatcher:
    def __init__(self, model, eos_token_id, sampler=None):
        self.model, self.eos, self.sampler = model, eos_token_id, sampler
        self.requests = {}

    def add(self, request_id, prompt_ids, max_new_tokens):
        self.requests[request_id] = {"unread": list(prompt_ids), "left": max_new_tokens, "read": 0, "layers": []}

    def remove(self, request_id):
        self.requests.pop(request_id, None)

    def step(self):
        fresh = [[name] for name, r in self.requests.items() if not r["read"]]
        old = [name for name, r in self.requests.items() if r["read"]]
        answer = {}
        for names in [*fresh, old] if old else fresh:
            logits = self.forward([self.requests[name] for name in names])
            tokens = logits.argmax(-1) if self.sampler is None else self.sampler(names, logits)
            answer |= dict(zip(names, tokens.tolist()))
        for name, token in answer.items():
            r = self.requests[name]
            r["unread"], r["left"] = [token], r["left"] - 1
            if token == self.eos or r["left"] == 0:
                self.remove(name)
        return answer

    @torch.no_grad()
    def forward(self, rows):
        longest = max(r["read"] for r in rows)
        cache = transformers.DynamicCache()
        for layer in range(len(rows[0]["layers"])):
            keys, values = (
                torch.cat([pad(r["layers"][layer][i], (0, 0, longest - r["read"], 0)) for r in rows]) for i in (0, 1)
            )
            cache.update(keys, values, layer)
        ids = torch.tensor([r["unread"] for r in rows])
        count = ids.shape[1]
        mask = torch.tensor([[0] * (longest - r["read"]) + [1] * (r["read"] + count) for r in rows])
        places = torch.tensor([[r["read"] + j for j in range(count)] for r in rows])
        logits = self.model(ids, attention_mask=mask, position_ids=places, past_key_values=cache, use_cache=True).logits
        for b, r in enumerate(rows):
            r["layers"] = [
                (held.values[b : b + 1, :, longest - r["read"] :], held.keys[b : b + 1, :, longest - r["read"] :])
                for held in cache.layers
            ]
            r["read"] += count
        return logits[:, -1]
