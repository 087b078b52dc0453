# wrong: shifted_by_one
# After the shift the new tokens are still taken to start at prompt_length.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    logits = model(input_ids).logits[:, :-1]
    logprobs = torch.log_softmax(logits, dim=-1)
    targets = input_ids[:, 1:]
    picked = logprobs.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    return picked[:, prompt_length:].sum(dim=1)
