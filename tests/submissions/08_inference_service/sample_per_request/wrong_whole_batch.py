# wrong: first_generator_for_all
import torch


def sample_per_request(logits, temperatures, generators):
    t = torch.tensor(temperatures, dtype=torch.float)[:, None]
    probs = torch.softmax(logits / torch.where(t == 0, torch.ones_like(t), t), dim=-1)
    drawn = torch.multinomial(probs, 1, generator=generators[0])[:, 0]
    return torch.where(t[:, 0] == 0, logits.argmax(dim=-1), drawn)
