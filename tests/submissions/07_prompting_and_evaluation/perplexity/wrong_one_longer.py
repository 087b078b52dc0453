# wrong: window_misplaced
# A window's last position predicts the token behind the window.
import torch


def perplexity(model, input_ids, window, stride):
    total, done, length = 0.0, 1, input_ids.shape[1]
    for begin in range(0, length, stride):
        end = min(begin + window, length - 1)
        with torch.no_grad():
            logprobs = model(input_ids[:, begin:end]).logits[0].log_softmax(-1)
        scores = logprobs.gather(1, input_ids[0, begin + 1 : end + 1, None])
        total += scores[done - begin - 1 :].sum().item()
        done = end + 1
        if done == length:
            break
    return torch.tensor(-total / (length - 1)).exp().item()
