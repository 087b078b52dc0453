# wrong: one_by_one
import torch


class ContinuousBatcher:
    def __init__(self, model, eos_token_id):
        self.model, self.eos, self.running = model, eos_token_id, {}

    def add(self, request_id, prompt_ids, max_new_tokens):
        self.running[request_id] = [list(prompt_ids), None, max_new_tokens]

    def remove(self, request_id):
        self.running.pop(request_id, None)

    @torch.no_grad()
    def step(self):
        result = {}
        for request_id, state in list(self.running.items()):
            out = self.model(torch.tensor([state[0]]), past_key_values=state[1], use_cache=True)
            token = out.logits[0, -1].argmax().item()
            state[:] = [token], out.past_key_values, state[2] - 1
            result[request_id] = token
            if token == self.eos or not state[2]:
                del self.running[request_id]
        return result
