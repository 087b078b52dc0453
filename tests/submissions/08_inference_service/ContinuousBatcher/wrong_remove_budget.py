# wrong: not_removed
import torch


class ContinuousBatcher:
    def __init__(self, model, eos_token_id):
        self.model, self.eos = model, eos_token_id
        self.running, self.cancelled = {}, set()

    def add(self, request_id, prompt_ids, max_new_tokens):
        self.cancelled.discard(request_id)
        self.running[request_id] = [list(prompt_ids), max_new_tokens]

    def remove(self, request_id):
        self.cancelled.add(request_id)

    @torch.no_grad()
    def step(self):
        if not self.running:
            return {}
        width = max(len(ids) for ids, _ in self.running.values())
        rows, mask = [], []
        for ids, _ in self.running.values():
            rows.append([0] * (width - len(ids)) + ids)
            mask.append([0] * (width - len(ids)) + [1] * len(ids))
        mask = torch.tensor(mask)
        places = (mask.cumsum(-1) - 1).clamp(min=0)
        logits = self.model(torch.tensor(rows), attention_mask=mask, position_ids=places).logits
        result = {}
        for name, row in zip(list(self.running), logits):
            token = int(row[-1].argmax())
            result[name] = token
            self.running[name][0].append(token)
            self.running[name][1] -= 1
            if token == self.eos or self.running[name][1] == 0 or name in self.cancelled:
                del self.running[name]
        return result
