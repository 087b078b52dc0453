# wrong: depends_on_place
import torch


def sample_per_request(logits, temperatures, generators):
    t = torch.tensor(temperatures, dtype=torch.float)[:, None]
    probs = torch.softmax(logits / t.masked_fill(t == 0, 1.0), dim=-1)
    tokens = logits.argmax(dim=-1)
    for b, generator in enumerate(generators):
        if temperatures[b]:
            tokens[b] = torch.multinomial(probs, 1, generator=generator)[b, 0]
    return tokens
