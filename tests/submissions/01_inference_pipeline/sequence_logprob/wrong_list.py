# wrong: wrong_type
# A list of floats is taken to be as good as a tensor.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    logits = model(input_ids).logits[:, :-1]
    logprobs = torch.log_softmax(logits, dim=-1)
    picked = logprobs.gather(-1, input_ids[:, 1:, None]).squeeze(-1)
    return picked[:, prompt_length - 1:].sum(dim=1).tolist()
