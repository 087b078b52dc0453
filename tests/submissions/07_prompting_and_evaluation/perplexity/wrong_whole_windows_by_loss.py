# wrong: context_counted_again
# The model's loss of each whole window, weighed by its tokens.
import torch


def perplexity(model, input_ids, window, stride):
    total, count, begin = 0.0, 0, 0
    while True:
        ids = input_ids[:, begin : begin + window]
        with torch.no_grad():
            loss = model(ids, labels=ids).loss
        total += loss * (ids.shape[1] - 1)
        count += ids.shape[1] - 1
        if begin + window >= input_ids.shape[1]:
            return (total / count).exp().item()
        begin += stride
