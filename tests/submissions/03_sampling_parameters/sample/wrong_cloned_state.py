# wrong: generator_reseeded
# A copy of the state is used, and the generator itself never moves.
import torch


def sample(scores, generator):
    copy = torch.Generator()
    copy.set_state(generator.get_state())
    probs = torch.softmax(scores.float(), dim=-1)
    return torch.multinomial(probs, 1, generator=copy).squeeze(1)
