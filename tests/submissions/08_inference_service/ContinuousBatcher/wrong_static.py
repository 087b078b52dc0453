# wrong: waits_for_batch
import torch


class ContinuousBatcher:
    def __init__(self, model, eos_token_id):
        self.model = model
        self.eos = eos_token_id
        self.running = {}
        self.waiting = {}

    def add(self, request_id, prompt_ids, max_new_tokens):
        self.waiting[request_id] = (list(prompt_ids), max_new_tokens)

    def remove(self, request_id):
        self.running.pop(request_id, None)
        self.waiting.pop(request_id, None)

    @torch.no_grad()
    def step(self):
        if not self.running:
            self.running, self.waiting = self.waiting, {}
        if not self.running:
            return {}
        texts = [ids for ids, _ in self.running.values()]
        longest = max(map(len, texts))
        rows = torch.tensor([[0] * (longest - len(ids)) + ids for ids in texts])
        mask = torch.tensor([[0] * (longest - len(ids)) + [1] * len(ids) for ids in texts])
        positions = (mask.cumsum(-1) - 1).clamp(min=0)
        logits = self.model(rows, attention_mask=mask, position_ids=positions).logits
        tokens = dict(zip(self.running, logits[:, -1].argmax(-1).tolist()))
        for request_id, token in tokens.items():
            ids, left = self.running[request_id]
            self.running[request_id] = (ids + [token], left - 1)
            if token == self.eos or left == 1:
                del self.running[request_id]
        return tokens
