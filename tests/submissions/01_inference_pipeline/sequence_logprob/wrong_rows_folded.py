# wrong: rows_mixed
# A flat list of scores is folded back with the rows and positions swapped.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    B, T = input_ids.shape
    logits = model(input_ids).logits[:, prompt_length - 1:-1]
    targets = input_ids[:, prompt_length:].reshape(-1)
    logprobs = torch.log_softmax(logits, dim=-1).reshape(len(targets), -1)
    picked = logprobs[torch.arange(len(targets)), targets]
    return picked.reshape(T - prompt_length, B).sum(dim=0)
