# right: for each token the first window that holds it
import math

import torch


def perplexity(model, input_ids, window, stride):
    losses = []
    for place in range(1, input_ids.shape[1]):
        begin = max(0, math.ceil((place - window + 1) / stride)) * stride
        with torch.no_grad():
            logits = model(input_ids[:, begin:place]).logits[0, -1]
        losses.append(-logits.double().log_softmax(-1)[input_ids[0, place]].item())
    return math.exp(math.fsum(losses) / len(losses))
