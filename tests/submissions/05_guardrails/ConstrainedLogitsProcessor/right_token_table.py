# right: a table state -> token -> state, and a prefix cache that depends on the ids alone
import torch
from transformers import LogitsProcessor


class ConstrainedLogitsProcessor(LogitsProcessor):
    ENDED = "ended"

    def __init__(self, dfa, vocabulary, eos_token_id, prompt_length):
        rows, accepting = dfa["transitions"], dfa["accepting"]
        alive = list(accepting)
        for s in alive:  # grows while it is read
            alive += [t for t, row in rows.items() if s in row.values() and t not in alive]
        self.next = {}
        for s in {dfa["start"], *alive}:
            steps = {}
            for i, text in enumerate(vocabulary):
                t = s
                for c in text:
                    t = rows[t].get(c) if t in rows else None
                if text and t in alive:
                    steps[i] = t
            if s in accepting:
                steps[eos_token_id] = self.ENDED
            self.next[s] = steps
        self.start = dfa["start"]
        self.eos_token_id = eos_token_id
        self.prompt_length = prompt_length
        self.states = {(): dfa["start"]}

    def state(self, ids):
        if ids not in self.states:
            before = self.state(ids[:-1])
            self.states[ids] = before if before == self.ENDED else self.next[before][ids[-1]]
        return self.states[ids]

    def __call__(self, input_ids, scores):
        result = torch.full_like(scores, float("-inf"))
        for row in range(len(scores)):
            state = self.state(tuple(input_ids[row, self.prompt_length :].tolist()))
            keep = [self.eos_token_id] if state == self.ENDED else list(self.next[state])
            result[row, keep] = scores[row, keep]
        return result
