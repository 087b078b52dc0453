# wrong: first_new_token_dropped
# The first new token is not in the sum, but it is in the count.
import torch


def perplexity(model, input_ids, window, stride):
    total, done, length = 0.0, 1, input_ids.shape[1]
    for begin in range(0, length, stride):
        end = min(begin + window, length)
        ids = input_ids[:, begin:end]
        with torch.no_grad():
            logprobs = model(ids).logits[0, :-1].log_softmax(-1)
        scores = logprobs.gather(1, ids[0, 1:, None])
        skip = done - begin if begin else 0
        total += scores[skip:].sum().item()
        done = end
        if end == length:
            break
    return torch.tensor(-total / (length - 1)).exp().item()
