# wrong: not_defined
# forward is taken to be called, as in a module; the base class refuses.
import torch
from transformers import LogitsProcessor


class SamplerProcessor(LogitsProcessor):
    def __init__(self, temperature, top_p):
        self.temperature = temperature
        self.top_p = top_p

    def forward(self, input_ids, scores):
        scores = scores / self.temperature
        ranked, ids = torch.sort(scores, dim=-1, descending=True)
        probs = torch.softmax(ranked.float(), dim=-1)
        remove = probs.cumsum(dim=-1) - probs >= self.top_p
        remove[:, 0] = False
        remove = remove.scatter(-1, ids, remove)
        return scores.masked_fill(remove, float("-inf"))
