# wrong: eos_ignored
from dataclasses import dataclass

import torch


@dataclass
class Running:
    name: str
    ids: list
    end: int


class ContinuousBatcher:
    def __init__(self, model, eos_token_id):
        self.model, self.eos, self.batch = model, eos_token_id, []

    def add(self, request_id, prompt_ids, max_new_tokens):
        self.batch.append(Running(request_id, [*prompt_ids], len(prompt_ids) + max_new_tokens))

    def remove(self, request_id):
        self.batch = [r for r in self.batch if r.name != request_id]

    def step(self):
        if len(self.batch) == 0:
            return {}
        width = max(len(r.ids) for r in self.batch)
        ids = torch.full((len(self.batch), width), self.eos)
        real = torch.zeros_like(ids)
        for row, r in enumerate(self.batch):
            ids[row, width - len(r.ids) :] = torch.tensor(r.ids)
            real[row, width - len(r.ids) :] = 1
        places = torch.where(real == 1, real.cumsum(1) - 1, 1)
        with torch.inference_mode():
            scores = self.model(input_ids=ids, attention_mask=real, position_ids=places).logits[:, -1]
        answer = {}
        for r, row in zip(self.batch, scores):
            r.ids.append(int(row.argmax()))
            answer[r.name] = r.ids[-1]
        self.batch = [r for r in self.batch if len(r.ids) < r.end]
        return answer
