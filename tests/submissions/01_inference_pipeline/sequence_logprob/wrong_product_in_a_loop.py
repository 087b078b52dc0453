# wrong: product_underflows
# The probabilities are multiplied up first; the logarithm comes too late.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    probs = torch.softmax(model(input_ids).logits, dim=-1)
    rows = torch.arange(len(input_ids))
    p = torch.ones(len(input_ids))
    for t in range(prompt_length, input_ids.shape[1]):
        p = p * probs[rows, t - 1, input_ids[:, t]]
    return torch.log(p)
