# wrong: last_window_moved
# The last window is moved back until it is full.
import torch


def perplexity(model, input_ids, window, stride):
    total, done, length = 0.0, 1, input_ids.shape[1]
    begin = 0
    while done < length:
        end = min(begin + window, length)
        start = max(0, end - window)
        ids = input_ids[:, start:end]
        with torch.no_grad():
            logprobs = model(ids).logits[0, :-1].log_softmax(-1)
        scores = logprobs.gather(1, ids[0, 1:, None])
        total += scores[done - start - 1 :].sum().item()
        done = end
        begin += stride
    return torch.tensor(-total / (length - 1)).exp().item()
