# right: a list of requests and one tensor filled from the right
from dataclasses import dataclass

import torch


@dataclass
class Running:
    name: str
    ids: list
    end: int


class ContinuousBatcher:
    def __init__(self, model, eos_token_id, sampler=None):
        self.model, self.eos, self.batch, self.sampler = model, eos_token_id, [], sampler

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
        names = [r.name for r in self.batch]
        chosen = self.sampler(names, scores) if self.sampler else scores.argmax(-1)
        for r, token in zip(self.batch, chosen):
            r.ids.append(int(token))
            answer[r.name] = r.ids[-1]
        self.batch = [r for r in self.batch if r.ids[-1] != self.eos and len(r.ids) < r.end]
        return answer
