# wrong: eos_never
# EOS is a token without characters and is never allowed.
import torch
from transformers import LogitsProcessor


class ConstrainedLogitsProcessor(LogitsProcessor):
    def __init__(self, dfa, vocabulary, eos_token_id, prompt_length):
        self.dfa = dfa
        self.vocabulary = vocabulary
        self.eos_token_id = eos_token_id
        self.prompt_length = prompt_length
        alive = set(dfa["accepting"])
        while True:
            found = {s for s, row in dfa["transitions"].items() if alive & set(row.values())}
            if found <= alive:
                break
            alive |= found
        self.alive = alive
        self.masks = {}

    def walk(self, state, text):
        for character in text:
            state = self.dfa["transitions"].get(state, {}).get(character)
            if state is None:
                break
        return state

    def mask(self, state):
        if state not in self.masks:
            allowed = [
                bool(text) and self.walk(state, text) in self.alive for text in self.vocabulary
            ]
            self.masks[state] = torch.tensor(allowed)
        return self.masks[state]

    def ended(self):
        allowed = torch.zeros(len(self.vocabulary), dtype=torch.bool)
        allowed[self.eos_token_id] = True
        return allowed

    def __call__(self, input_ids, scores):
        rows = []
        for ids in input_ids[:, self.prompt_length :].tolist():
            if self.eos_token_id in ids:
                rows.append(self.ended())
            else:
                text = "".join(self.vocabulary[i] for i in ids)
                rows.append(self.mask(self.walk(self.dfa["start"], text)))
        return scores.masked_fill(~torch.stack(rows), float("-inf"))
