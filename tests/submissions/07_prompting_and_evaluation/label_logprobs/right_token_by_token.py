# right: one token after another, with a cache
import math

import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    scores = []
    for label in label_ids:
        cache, ids, parts = None, prompt_ids, []
        for token in label:
            with torch.no_grad():
                out = model(ids, past_key_values=cache, use_cache=True)
            cache = out.past_key_values
            parts.append(torch.log_softmax(out.logits[0, -1], -1)[token].item())
            ids = torch.tensor([[token]])
        scores.append(math.fsum(parts))
        if length_normalized:
            scores[-1] /= len(label)
    return torch.tensor(scores, dtype=torch.float64)
