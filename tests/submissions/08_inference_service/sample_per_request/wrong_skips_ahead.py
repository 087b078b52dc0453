# wrong: depends_on_place
import torch


def sample_per_request(logits, temperatures, generators):
    tokens = []
    for b, (row, temperature, generator) in enumerate(zip(logits, temperatures, generators)):
        torch.rand(b, generator=generator)
        if temperature == 0:
            tokens.append(row.argmax())
        else:
            probs = torch.softmax(row / temperature, dim=-1)
            tokens.append(torch.multinomial(probs, 1, generator=generator)[0])
    return torch.stack(tokens)
