# wrong: prompt_counted
# The prompt's tokens are scored along with the new ones.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    logits = model(input_ids).logits[:, :-1]
    logprobs = torch.log_softmax(logits, dim=-1)
    picked = logprobs.gather(-1, input_ids[:, 1:, None]).squeeze(-1)
    return picked.sum(dim=1)
