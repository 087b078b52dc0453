# right: helper functions put one after the other
import torch
import transformers


def warm(scores, temperature):
    return scores * (1 / temperature)


def nucleus(scores, top_p):
    rows = []
    for row in scores:
        probs, ids = row.double().softmax(dim=0).sort(descending=True)
        before = probs.cumsum(dim=0).roll(1)
        before[0] = 0.0
        n = max(1, int((before < top_p).sum()))
        new = torch.full_like(row, float("-inf"))
        new[ids[:n]] = row[ids[:n]]
        rows.append(new)
    return torch.stack(rows)


class SamplerProcessor(transformers.LogitsProcessor):
    def __init__(self, temperature, top_p):
        super().__init__()
        self.steps = [(warm, temperature), (nucleus, top_p)]

    def __call__(self, input_ids, scores):
        for step, parameter in self.steps:
            scores = step(scores, parameter)
        return scores
