# wrong: calls_the_library
# transformers' own processor does the masking.
import torch
from transformers import LogitsProcessor, PrefixConstrainedLogitsProcessor


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
            allowed[self.eos_token_id] = state in self.dfa["accepting"]
            self.masks[state] = torch.tensor(allowed)
        return self.masks[state]

    def ended(self):
        allowed = torch.zeros(len(self.vocabulary), dtype=torch.bool)
        allowed[self.eos_token_id] = True
        return allowed

    def __call__(self, input_ids, scores):
        def allowed(batch_id, ids):
            new = ids.tolist()[self.prompt_length :]
            if self.eos_token_id in new:
                return [self.eos_token_id]
            text = "".join(self.vocabulary[i] for i in new)
            return self.mask(self.walk(self.dfa["start"], text)).nonzero().flatten().tolist()

        return PrefixConstrainedLogitsProcessor(allowed, num_beams=1)(input_ids, scores)
