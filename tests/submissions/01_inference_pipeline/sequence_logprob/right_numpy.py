# right: numpy in double precision, float32 at the end
import numpy as np
import torch


def sequence_logprob(model, input_ids, prompt_length):
    with torch.no_grad():
        logits = model(input_ids).logits.double().numpy()
    ids = input_ids.numpy()
    rows = np.arange(len(ids))
    total = np.zeros(len(ids))
    for t in range(prompt_length, ids.shape[1]):
        x = logits[:, t - 1]
        top = x.max(axis=1)
        log_norm = top + np.log(np.exp(x - top[:, None]).sum(axis=1))
        total += x[rows, ids[:, t]] - log_norm
    return torch.tensor(total, dtype=torch.float32)
