# wrong: product_underflows
# Probabilities are multiplied, and the root comes last.
import torch


def perplexity(model, input_ids, window, stride):
    product, done, length = torch.tensor(1.0), 1, input_ids.shape[1]
    for begin in range(0, length, stride):
        end = min(begin + window, length)
        ids = input_ids[:, begin:end]
        with torch.no_grad():
            probs = model(ids).logits[0, :-1].softmax(-1)
        product *= probs.gather(1, ids[0, 1:, None])[done - begin - 1 :].prod()
        done = end
        if end == length:
            break
    return (product ** (-1 / (length - 1))).item()
