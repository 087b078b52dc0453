# wrong: tail_dropped
# Full windows alone are scored.
import torch


def perplexity(model, input_ids, window, stride):
    total, done, length = 0.0, 1, input_ids.shape[1]
    for begin in range(0, max(length - window, 0) + 1, stride):
        end = min(begin + window, length)
        ids = input_ids[:, begin:end]
        with torch.no_grad():
            logprobs = model(ids).logits[0, :-1].log_softmax(-1)
        scores = logprobs.gather(1, ids[0, 1:, None])
        total += scores[done - begin - 1 :].sum().item()
        done = end
    return torch.tensor(-total / (done - 1)).exp().item()
