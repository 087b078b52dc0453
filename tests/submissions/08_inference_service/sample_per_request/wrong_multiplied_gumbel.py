# wrong: temperature_multiplied
import torch


def sample_per_request(logits, temperatures, generators):
    scores = logits.clone()
    for b, (t, g) in enumerate(zip(temperatures, generators)):
        if t > 0:
            noise = torch.empty(logits.shape[1]).exponential_(generator=g).log()
            scores[b] = logits[b] * t - noise
    return scores.argmax(dim=-1)
