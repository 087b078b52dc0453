# wrong: not_normalised
# The logits are summed as if they were log-probabilities already.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    logits = model(input_ids).logits[:, :-1]
    picked = logits.gather(-1, input_ids[:, 1:, None]).squeeze(-1)
    return picked[:, prompt_length - 1:].sum(dim=1)
