# wrong: windows_after_the_end
# A window behind the end has nothing to score: the mean of nothing.
import math

import torch


def perplexity(model, input_ids, window, stride):
    total, done, length = 0.0, 1, input_ids.shape[1]
    for begin in range(0, length - 1, stride):
        end = min(begin + window, length)
        ids = input_ids[:, begin:end]
        labels = ids.clone()
        labels[:, : done - begin] = -100
        with torch.no_grad():
            total += model(ids, labels=labels).loss.item() * (end - done)
        done = end
    return math.exp(total / (length - 1))
