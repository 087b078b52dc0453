# wrong: windows_after_the_end
# Windows go on behind the end, and each scores its last tokens again.
import torch


def perplexity(model, input_ids, window, stride):
    total, count, length = 0.0, 0, input_ids.shape[1]
    for begin in range(0, length - 1, stride):
        ids = input_ids[:, begin : begin + window]
        with torch.no_grad():
            logprobs = model(ids).logits[0, :-1].log_softmax(-1)
        scores = logprobs.gather(1, ids[0, 1:, None])
        if begin:
            scores = scores[-stride:]
        total += scores.sum().item()
        count += len(scores)
    return torch.tensor(-total / count).exp().item()
