# right: the model's own loss, with everything old masked
import math

import torch


def perplexity(model, input_ids, window, stride):
    length = input_ids.size(1)
    losses, counts = [], []
    begin, scored = 0, 1
    while scored < length:
        ids = input_ids[:, begin : begin + window]
        labels = ids.clone()
        labels[:, : scored - begin] = -100
        with torch.inference_mode():
            losses.append(model(ids, labels=labels).loss.item())
        counts.append(begin + ids.size(1) - scored)
        scored = begin + ids.size(1)
        begin += stride
    return math.exp(sum(n * x for n, x in zip(counts, losses)) / sum(counts))
