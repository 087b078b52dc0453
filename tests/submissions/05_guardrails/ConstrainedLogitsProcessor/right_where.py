# right: a closure, torch.where, a set of possible ends per token
import torch


class ConstrainedLogitsProcessor:
    def __init__(self, dfa, vocabulary, eos_token_id, prompt_length):
        transitions = {(s, c): t for s, row in dfa["transitions"].items() for c, t in row.items()}
        accepting = set(dfa["accepting"])
        useful, frontier = set(), set(accepting)
        while frontier:
            useful |= frontier
            frontier = {s for (s, _), t in transitions.items() if t in frontier} - useful

        def run(state, text):
            for c in text:
                state = transitions.get((state, c))
            return state

        def row(ids):
            ids = ids.tolist()
            new = ids[prompt_length:]
            only_eos = [i == eos_token_id for i in range(len(vocabulary))]
            if eos_token_id in new:
                return only_eos
            state = run(dfa["start"], "".join(vocabulary[i] for i in new))
            return [
                state in accepting if eos else text != "" and run(state, text) in useful
                for text, eos in zip(vocabulary, only_eos)
            ]

        self.allowed = lambda input_ids: torch.tensor([row(ids) for ids in input_ids])

    def __call__(self, input_ids, scores):
        minus_inf = torch.tensor(float("-inf"), dtype=scores.dtype)
        return torch.where(self.allowed(input_ids), scores, minus_inf)
