# wrong: depends_on_place
import torch


def sample_per_request(logits, temperatures, generators):
    scores = logits.clone()
    draws = [torch.empty(logits.shape[1]).exponential_(generator=g).log() for g in generators]
    for b, (t, g) in enumerate(zip(temperatures, generators)):
        if t > 0:
            scores[b] = logits[b] / t - draws[b].roll(b)
    return scores.argmax(dim=-1)
