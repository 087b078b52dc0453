# wrong: generator_ignored
# rand_like takes no generator here, and the noise comes from the global state.
import torch


def sample(scores, generator):
    noise = torch.rand_like(scores.float()).clamp(min=1e-20)
    return (scores.float() - torch.log(-torch.log(noise))).argmax(dim=-1)
