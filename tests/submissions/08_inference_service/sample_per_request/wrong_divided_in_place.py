# wrong: input_changed
import torch


def sample_per_request(logits, temperatures, generators):
    tokens = logits.argmax(dim=-1)
    for b, (t, g) in enumerate(zip(temperatures, generators)):
        if t > 0:
            logits[b] /= t
            tokens[b] = torch.multinomial(logits[b].softmax(dim=0), 1, generator=g)
    return tokens
