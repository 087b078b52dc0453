# right: numpy for the ids, a bias that is added
import numpy as np
import torch


def bad_words(input_ids, scores, tokenizer, words):
    ids = input_ids.numpy()
    bias = torch.zeros(scores.shape, dtype=scores.dtype)
    for word in words:
        for text in [word, " " + word]:
            form = np.array(tokenizer(text, add_special_tokens=False).input_ids)
            k = len(form) - 1
            if k == 0:
                bias[:, form[0]] = -float("inf")
            elif ids.shape[1] >= k:
                rows = np.all(ids[:, -k:] == form[:-1], axis=1)
                bias[torch.from_numpy(rows), int(form[-1])] = -float("inf")
    return scores + bias
