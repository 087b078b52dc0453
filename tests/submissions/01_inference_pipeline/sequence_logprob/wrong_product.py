# wrong: product_underflows
# The product of many probabilities is taken to be a number that float32 can hold.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    probs = model(input_ids).logits[:, :-1].softmax(dim=-1)
    targets = input_ids[:, 1:]
    picked = probs.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    return picked[:, prompt_length - 1:].prod(dim=1).log()
