# right: no base class, ascending sort, in place on a copy
import torch


class SamplerProcessor:
    def __init__(self, temperature, top_p):
        self.t, self.p = temperature, top_p

    def __call__(self, input_ids, scores):
        out = scores.clone().div_(self.t)
        ranked, ids = out.sort(dim=-1)
        remove = ranked.softmax(dim=-1).cumsum(dim=-1) <= 1 - self.p
        remove[:, -1:] = False
        return out.masked_fill_(remove.scatter(1, ids, remove), -torch.inf)
