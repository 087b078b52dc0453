# wrong: calls_the_library
import torch
from transformers import LogitsProcessorList, TemperatureLogitsWarper


def sample_per_request(logits, temperatures, generators):
    tokens = []
    for row, t, g in zip(logits, temperatures, generators):
        if t == 0:
            tokens.append(row.argmax())
            continue
        warpers = LogitsProcessorList([TemperatureLogitsWarper(float(t))])
        probs = warpers(None, row[None]).softmax(dim=-1)
        tokens.append(torch.multinomial(probs, 1, generator=g)[0, 0])
    return torch.stack(tokens)
