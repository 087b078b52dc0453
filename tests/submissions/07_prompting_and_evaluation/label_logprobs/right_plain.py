# right: one forward pass for each label
import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    start = prompt_ids.shape[1]
    scores = []
    for label in label_ids:
        label = torch.tensor([label])
        with torch.no_grad():
            logits = model(torch.cat([prompt_ids, label], dim=1)).logits
        logprobs = logits[:, start - 1 : -1].log_softmax(-1)
        per_token = logprobs.gather(2, label[..., None])
        scores.append(per_token.mean() if length_normalized else per_token.sum())
    return torch.stack(scores)
