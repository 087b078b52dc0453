# wrong: bits_per_token
# e to the power of bits.
import math

import torch


def perplexity(model, input_ids, window, stride):
    bits, done, length = 0.0, 1, input_ids.shape[1]
    for begin in range(0, length, stride):
        end = min(begin + window, length)
        ids = input_ids[:, begin:end]
        with torch.no_grad():
            probs = model(ids).logits[0, :-1].softmax(-1)
        scores = probs.gather(1, ids[0, 1:, None]).log2()
        bits -= scores[done - begin - 1 :].sum().item()
        done = end
        if end == length:
            break
    return math.exp(bits / (length - 1))
