# wrong: temperature_ignored
import torch


def sample_per_request(logits, temperatures, generators):
    tokens = []
    for row, temperature, generator in zip(logits, temperatures, generators):
        if temperature == 0:
            tokens.append(row.argmax())
        else:
            probs = torch.softmax(row, dim=-1)
            tokens.append(torch.multinomial(probs, 1, generator=generator)[0])
    return torch.stack(tokens)
