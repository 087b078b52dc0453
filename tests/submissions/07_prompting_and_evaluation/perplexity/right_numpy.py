# right: losses by place, in numpy; a place once filled stays
import numpy as np
import torch


def perplexity(model, input_ids, window, stride):
    length = input_ids.shape[1]
    loss = np.full(length, np.nan)
    last = max(0, int(np.ceil((length - window) / stride)))
    for begin in stride * np.arange(last + 1):
        ids = input_ids[:, begin : begin + window]
        with torch.no_grad():
            logits = model(ids).logits[0].numpy().astype(np.float64)
        logits -= logits.max(axis=1, keepdims=True)
        logprobs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        for i in range(1, ids.shape[1]):
            if np.isnan(loss[begin + i]):
                loss[begin + i] = -logprobs[i - 1, ids[0, i]]
    return np.exp(np.mean(loss[1:]))
