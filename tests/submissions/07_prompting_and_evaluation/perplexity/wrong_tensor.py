# wrong: wrong_type
# A tensor of one number for each token.
import torch


def perplexity(model, input_ids, window, stride):
    parts, done, length = [], 1, input_ids.shape[1]
    for begin in range(0, length, stride):
        end = min(begin + window, length)
        ids = input_ids[:, begin:end]
        with torch.no_grad():
            logprobs = model(ids).logits[0, :-1].log_softmax(-1)
        parts.append(logprobs.gather(1, ids[0, 1:, None])[done - begin - 1 :, 0])
        done = end
        if end == length:
            break
    return (-torch.cat(parts)).exp()
