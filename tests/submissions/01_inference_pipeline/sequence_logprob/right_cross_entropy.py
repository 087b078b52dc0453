# right: cross_entropy without reduction, gradients left on
import torch.nn.functional as F


def sequence_logprob(model, input_ids, prompt_length):
    logits = model(input_ids=input_ids).logits[:, prompt_length - 1:-1]
    targets = input_ids[:, prompt_length:]
    losses = F.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
    return -losses.sum(-1)
