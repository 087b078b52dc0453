# wrong: generator_ignored
import torch


def sample_per_request(logits, temperatures, generators):
    tokens = []
    for row, t in zip(logits, temperatures):
        if t == 0:
            tokens.append(row.argmax())
        else:
            tokens.append(torch.distributions.Categorical(logits=row / t).sample())
    return torch.stack(tokens)
