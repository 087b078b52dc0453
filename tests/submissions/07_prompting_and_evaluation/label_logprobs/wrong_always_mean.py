# wrong: always_normalized
# The model's loss, which is a mean already.
import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    scores = []
    for label in label_ids:
        ids = torch.cat([prompt_ids, torch.tensor([label])], dim=1)
        targets = ids.clone()
        targets[:, : prompt_ids.shape[1]] = -100
        with torch.no_grad():
            scores.append(-model(ids, labels=targets).loss)
    return torch.stack(scores)
