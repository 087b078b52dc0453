# wrong: calls_the_library
import torch


class ContinuousBatcher:
    def __init__(self, model, eos_token_id):
        self.model, self.eos, self.answers = model, eos_token_id, {}

    def add(self, request_id, prompt_ids, max_new_tokens):
        out = self.model.generate(
            torch.tensor([prompt_ids]), attention_mask=torch.ones(1, len(prompt_ids), dtype=torch.long),
            max_new_tokens=max_new_tokens, do_sample=False, eos_token_id=self.eos, pad_token_id=self.eos,
        )
        self.answers[request_id] = out[0, len(prompt_ids) :].tolist()

    def remove(self, request_id):
        self.answers.pop(request_id, None)

    def step(self):
        result = {name: tokens.pop(0) for name, tokens in self.answers.items()}
        self.answers = {name: tokens for name, tokens in self.answers.items() if tokens}
        return result
