# wrong: mean_not_sum
# The average per token is taken for the log-probability of the sequence.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    logits = model(input_ids).logits[:, :-1]
    logprobs = torch.log_softmax(logits, dim=-1)
    picked = logprobs.gather(-1, input_ids[:, 1:, None]).squeeze(-1)
    return picked[:, prompt_length - 1:].mean(dim=1)
