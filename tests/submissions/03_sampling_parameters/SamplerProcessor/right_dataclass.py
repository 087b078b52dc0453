# right: a dataclass, numpy inside
from dataclasses import dataclass

import numpy as np
import torch
from transformers import LogitsProcessor


@dataclass
class SamplerProcessor(LogitsProcessor):
    temperature: float
    top_p: float

    def __call__(self, input_ids, scores):
        x = scores.detach().double().numpy() / self.temperature
        out = np.full_like(x, -np.inf)
        for row, kept in zip(x, out):
            p = np.exp(row - row.max())
            p /= p.sum()
            mass = 0.0
            for i in np.argsort(-p):
                kept[i] = row[i]
                mass += p[i]
                if mass >= self.top_p:
                    break
        return torch.from_numpy(out).to(scores.dtype)
