# wrong: first_token_counted
# The first window's mean is weighed by its tokens, one of which has no score.
import torch


def perplexity(model, input_ids, window, stride):
    total, done, length = 0.0, 0, input_ids.shape[1]
    for begin in range(0, length, stride):
        end = min(begin + window, length)
        ids = input_ids[:, begin:end]
        labels = ids.clone()
        labels[:, : -(end - done)] = -100
        with torch.no_grad():
            total += model(ids, labels=labels).loss * (end - done)
        done = end
        if end == length:
            break
    return (total / length).exp().item()
