# wrong: context_lost
# The text is cut into windows that do not overlap.
import torch


def perplexity(model, input_ids, window, stride):
    total, count = 0.0, 0
    for ids in input_ids.split(window, dim=1):
        with torch.no_grad():
            logprobs = model(ids).logits[0, :-1].log_softmax(-1)
        total += logprobs.gather(1, ids[0, 1:, None]).sum().item()
        count += ids.shape[1] - 1
    return torch.tensor(-total / count).exp().item()
