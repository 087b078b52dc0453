# wrong: budget_of_all
import torch
from torch.nn.utils.rnn import pad_sequence


class ContinuousBatcher:
    def __init__(self, model, eos_token_id):
        self.model, self.eos_token_id = model, eos_token_id
        self.ids, self.budget = {}, {}

    def add(self, request_id, prompt_ids, max_new_tokens):
        self.ids[request_id] = torch.tensor(prompt_ids)
        self.budget[request_id] = 0
        self.max_new_tokens = max_new_tokens

    def remove(self, request_id):
        self.ids.pop(request_id, None)
        self.budget.pop(request_id, None)

    def step(self):
        result = {}
        if self.ids:
            rows = list(self.ids.values())
            batch = pad_sequence(rows, batch_first=True)
            ends = torch.tensor([len(row) - 1 for row in rows])
            mask = (torch.arange(batch.shape[1]) <= ends[:, None]).long()
            logits = self.model(input_ids=batch, attention_mask=mask).logits
            tokens = logits[torch.arange(len(rows)), ends].argmax(dim=-1)
            result = dict(zip(self.ids, tokens.tolist()))
        for name, token in result.items():
            self.ids[name] = torch.cat([self.ids[name], torch.tensor([token])])
            self.budget[name] += 1
            if token == self.eos_token_id or self.budget[name] >= self.max_new_tokens:
                self.remove(name)
        return result
