# wrong: window_exceeded
# One forward pass over the whole text.
import torch


def perplexity(model, input_ids, window, stride):
    with torch.no_grad():
        loss = model(input_ids, labels=input_ids).loss
    return loss.exp().item()
