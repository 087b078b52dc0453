# wrong: state_between_calls
# The states are kept and moved on by the last token: rows must not change places, and no second generate may begin.
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
        self.states = None

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
        if self.states is None:
            self.states = [self.dfa["start"]] * len(input_ids)
        else:
            self.states = [
                "ended"
                if state == "ended" or token == self.eos_token_id
                else self.walk(state, self.vocabulary[token])
                for state, token in zip(self.states, input_ids[:, -1].tolist())
            ]
        rows = [self.ended() if s == "ended" else self.mask(s) for s in self.states]
        return scores.masked_fill(~torch.stack(rows), float("-inf"))
