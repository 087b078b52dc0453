# wrong: first_generator_for_all
import torch


def sample_per_request(logits, temperatures, generators):
    tokens = []
    for row, temperature, generator in zip(logits, temperatures, generators):
        if temperature == 0:
            tokens.append(row.argmax())
        else:
            probs = torch.softmax(row / temperature, dim=-1)
            tokens.append(torch.multinomial(probs, 1, generator=generators[0])[0])
    return torch.stack(tokens)
