# wrong: input_changed
# What is context is masked in the text itself.
import torch


def perplexity(model, input_ids, window, stride):
    total, done, length = 0.0, 1, input_ids.shape[1]
    for begin in range(0, length, stride):
        end = min(begin + window, length)
        ids = input_ids[:, begin:end].clone()
        labels = input_ids[:, begin:end]
        kept = labels.clone()
        labels[:, : done - begin] = -100
        with torch.no_grad():
            total += model(ids, labels=labels).loss * (end - done)
        labels[:, done - begin :] = kept[:, done - begin :]
        if end < length:
            labels.copy_(kept)
        done = end
        if end == length:
            break
    return (total / (length - 1)).exp().item()
