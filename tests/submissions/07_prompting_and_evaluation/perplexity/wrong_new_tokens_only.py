# wrong: context_lost
# Later windows hold only what is new, and the token in front of it.
import torch


def perplexity(model, input_ids, window, stride):
    total, done, length = 0.0, 1, input_ids.shape[1]
    for begin in range(0, length, stride):
        end = min(begin + window, length)
        ids = input_ids[:, done - 1 : end]
        with torch.no_grad():
            logprobs = model(ids).logits[0, :-1].log_softmax(-1)
        total += logprobs.gather(1, ids[0, 1:, None]).sum().item()
        done = end
        if end == length:
            break
    return torch.tensor(-total / (length - 1)).exp().item()
