# wrong: overflows
import torch


def sample_per_request(logits, temperatures, generators):
    tokens = []
    for row, temperature, generator in zip(logits, temperatures, generators):
        if temperature == 0:
            tokens.append(row.argmax())
        else:
            weights = torch.exp(row / temperature)
            probs = weights / weights.sum()
            tokens.append(torch.multinomial(probs, 1, generator=generator)[0])
    return torch.stack(tokens)
