# right: cross-entropy with the prompt's labels ignored
import torch
import torch.nn.functional as F


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    result = torch.zeros(len(label_ids))
    for k, label in enumerate(label_ids):
        ids = torch.cat([prompt_ids[0], torch.tensor(label)])
        targets = ids.clone()
        targets[: prompt_ids.shape[1]] = -100
        with torch.inference_mode():
            logits = model(ids.unsqueeze(0)).logits[0]
        loss = F.cross_entropy(logits[:-1], targets[1:], reduction="sum")
        result[k] = -loss / (len(label) if length_normalized else 1)
    return result
