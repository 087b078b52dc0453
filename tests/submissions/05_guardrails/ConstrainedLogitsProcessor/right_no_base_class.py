# right: no base class, nothing kept, numpy, in place on a copy
import numpy as np
import torch


class ConstrainedLogitsProcessor:
    def __init__(self, dfa, vocabulary, eos_token_id, prompt_length):
        self.d, self.v, self.eos, self.n = dfa, list(vocabulary), int(eos_token_id), prompt_length

    def after(self, state, token):
        for c in self.v[token]:
            state = self.d["transitions"].get(state, {}).get(c, None)
        return state

    def can_end(self, state):
        seen, stack = set(), [state]
        while stack:
            s = stack.pop()
            if s in self.d["accepting"]:
                return True
            if s not in seen:
                seen.add(s)
                stack += self.d["transitions"].get(s, {}).values()
        return False

    def __call__(self, input_ids, scores):
        out = scores.clone()
        for row, ids in enumerate(input_ids):
            state, over = self.d["start"], False
            for i in ids[self.n :].tolist():
                over = over or i == self.eos
                state = state if over else self.after(state, i)
            keep = np.zeros(len(self.v), dtype=bool)
            keep[self.eos] = over or state in self.d["accepting"]
            if not over:
                for i, text in enumerate(self.v):
                    keep[i] |= bool(text) and self.can_end(self.after(state, i))
            out[row, torch.from_numpy(~keep)] = -torch.inf
        return out
