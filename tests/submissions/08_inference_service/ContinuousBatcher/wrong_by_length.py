# wrong: one_by_one
import torch


class ContinuousBatcher:
    def __init__(self, model, eos_token_id):
        self.model, self.eos, self.running = model, eos_token_id, {}

    def add(self, request_id, prompt_ids, max_new_tokens):
        self.running[request_id] = [list(prompt_ids), max_new_tokens]

    def remove(self, request_id):
        self.running.pop(request_id, None)

    @torch.no_grad()
    def step(self):
        result = {}
        for length in {len(ids) for ids, _ in self.running.values()}:
            names = [name for name, (ids, _) in self.running.items() if len(ids) == length]
            rows = torch.tensor([self.running[name][0] for name in names])
            tokens = self.model(rows).logits[:, -1].argmax(dim=-1)
            result.update(zip(names, tokens.tolist()))
        for name, token in result.items():
            self.running[name][0].append(token)
            self.running[name][1] -= 1
            if token == self.eos or self.running[name][1] == 0:
                self.remove(name)
        return result
