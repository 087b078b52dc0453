# wrong: state_between_calls
# The text of each row number is collected over the calls.
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
        self.texts = {}
        self.seen = prompt_length

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
        rows = []
        for row, ids in enumerate(input_ids[:, self.prompt_length :].tolist()):
            new = input_ids[row, self.seen :].tolist()
            self.texts[row] = self.texts.get(row, "") + "".join(self.vocabulary[i] for i in new)
            if self.eos_token_id in ids:
                rows.append(self.ended())
            else:
                rows.append(self.mask(self.walk(self.dfa["start"], self.texts[row])))
        self.seen = input_ids.shape[1]
        return scores.masked_fill(~torch.stack(rows), float("-inf"))
