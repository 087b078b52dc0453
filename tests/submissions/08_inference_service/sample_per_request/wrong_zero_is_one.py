# wrong: zero_for_all
import torch


def sample_per_request(logits, temperatures, generators):
    tokens = []
    for row, temperature, generator in zip(logits, temperatures, generators):
        probs = torch.softmax(row / (temperature or 1.0), dim=-1)
        tokens.append(torch.multinomial(probs, 1, generator=generator)[0])
    return torch.stack(tokens)
