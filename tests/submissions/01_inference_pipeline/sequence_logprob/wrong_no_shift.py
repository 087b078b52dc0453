# wrong: shifted_by_one
# The logits at a position are taken to be about the token at that position.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    logits = model(input_ids).logits
    logprobs = torch.log_softmax(logits, dim=-1)
    picked = logprobs.gather(-1, input_ids.unsqueeze(-1)).squeeze(-1)
    return picked[:, prompt_length:].sum(dim=1)
