# wrong: window_misplaced
# Windows end at multiples of the stride: the first holds a stride of tokens.
import torch


def perplexity(model, input_ids, window, stride):
    total, done, length = 0.0, 1, input_ids.shape[1]
    for end in range(stride, length + stride, stride):
        end = min(end, length)
        begin = max(0, end - window)
        ids = input_ids[:, begin:end]
        with torch.no_grad():
            logprobs = model(ids).logits[0, :-1].log_softmax(-1)
        scores = logprobs.gather(1, ids[0, 1:, None])
        total += scores[done - begin - 1 :].sum().item()
        done = end
    return torch.tensor(-total / (length - 1)).exp().item()
