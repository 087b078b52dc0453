# wrong: context_counted_again
# Every token of every window is scored.
import torch


def perplexity(model, input_ids, window, stride):
    total, count, length = 0.0, 0, input_ids.shape[1]
    for begin in range(0, length, stride):
        ids = input_ids[:, begin : begin + window]
        with torch.no_grad():
            logprobs = model(ids).logits[0, :-1].log_softmax(-1)
        scores = logprobs.gather(1, ids[0, 1:, None])
        total += scores.sum().item()
        count += len(scores)
        if begin + window >= length:
            break
    return torch.tensor(-total / count).exp().item()
