# wrong: mean_of_means
# Windows of few and of many new tokens weigh the same.
import torch


def perplexity(model, input_ids, window, stride):
    losses, done, length = [], 1, input_ids.shape[1]
    for begin in range(0, length, stride):
        end = min(begin + window, length)
        ids = input_ids[:, begin:end]
        labels = ids.clone()
        labels[:, : done - begin] = -100
        with torch.no_grad():
            losses.append(model(ids, labels=labels).loss)
        done = end
        if end == length:
            break
    return torch.stack(losses).mean().exp().item()
