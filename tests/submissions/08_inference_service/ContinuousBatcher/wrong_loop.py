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
        for request_id, state in list(self.running.items()):
            logits = self.model(torch.tensor([state[0]])).logits
            token = int(logits[0, -1].argmax())
            state[0].append(token)
            state[1] -= 1
            result[request_id] = token
            if token == self.eos or state[1] == 0:
                self.remove(request_id)
        return result
