# wrong: generators_misplaced
import torch


def sample_per_request(logits, temperatures, generators):
    left = list(generators)
    tokens = logits.argmax(dim=-1)
    for b, t in enumerate(temperatures):
        if t > 0:
            probs = torch.softmax(logits[b] / t, dim=0)
            tokens[b] = torch.multinomial(probs, 1, generator=left.pop())
    return tokens
