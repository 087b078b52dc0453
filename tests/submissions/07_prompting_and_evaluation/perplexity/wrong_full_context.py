# wrong: window_misplaced
# Every token gets a full window of context: as with a stride of 1.
import torch


def perplexity(model, input_ids, window, stride):
    losses = []
    for place in range(1, input_ids.shape[1]):
        with torch.no_grad():
            logits = model(input_ids[:, max(0, place - window + 1) : place]).logits[0, -1]
        losses.append(-logits.log_softmax(-1)[input_ids[0, place]])
    return torch.stack(losses).mean().exp().item()
