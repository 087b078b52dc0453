# wrong: first_new_token_dropped
# The first new token of each later window is lost in the shift.
import torch


def perplexity(model, input_ids, window, stride):
    scores, done, length = [], 0, input_ids.shape[1]
    for begin in range(0, length, stride):
        end = min(begin + window, length)
        ids = input_ids[:, begin:end]
        with torch.no_grad():
            logits = model(ids).logits[0, done - begin : -1]
        targets = ids[0, done - begin + 1 :]
        scores.append(logits.log_softmax(-1).gather(1, targets[:, None])[:, 0])
        done = end
        if end == length:
            break
    return (-torch.cat(scores).mean()).exp().item()
