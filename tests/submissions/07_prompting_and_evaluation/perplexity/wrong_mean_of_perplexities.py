# wrong: mean_of_perplexities
# Each window has a perplexity, and these are averaged.
import torch


def perplexity(model, input_ids, window, stride):
    results, done, length = [], 1, input_ids.shape[1]
    for begin in range(0, length, stride):
        end = min(begin + window, length)
        ids = input_ids[:, begin:end]
        with torch.no_grad():
            logprobs = model(ids).logits[0, :-1].log_softmax(-1)
        scores = logprobs.gather(1, ids[0, 1:, None])[done - begin - 1 :]
        results.append((-scores.mean()).exp().item())
        done = end
        if end == length:
            break
    return sum(results) / len(results)
