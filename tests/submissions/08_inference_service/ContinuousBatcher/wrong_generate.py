# wrong: calls_the_library
import torch


class ContinuousBatcher:
    def __init__(self, model, eos_token_id):
        self.model, self.eos, self.running = model, eos_token_id, {}

    def add(self, request_id, prompt_ids, max_new_tokens):
        self.running[request_id] = [list(prompt_ids), max_new_tokens]

    def remove(self, request_id):
        self.running.pop(request_id, None)

    def step(self):
        if not self.running:
            return {}
        width = max(len(ids) for ids, _ in self.running.values())
        rows = [[self.eos] * (width - len(ids)) + ids for ids, _ in self.running.values()]
        mask = [[0] * (width - len(ids)) + [1] * len(ids) for ids, _ in self.running.values()]
        out = self.model.generate(
            torch.tensor(rows), attention_mask=torch.tensor(mask), max_new_tokens=1,
            do_sample=False, pad_token_id=self.eos,
        )
        result = dict(zip(list(self.running), out[:, -1].tolist()))
        for name, token in result.items():
            self.running[name][0].append(token)
            self.running[name][1] -= 1
            if token == self.eos or self.running[name][1] == 0:
                self.remove(name)
        return result
