# wrong: labels_chained
# Each label is appended to what was scored before.
import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    ids, scores = prompt_ids, []
    for label in label_ids:
        start = ids.shape[1]
        ids = torch.cat([ids, torch.tensor([label])], dim=1)
        with torch.no_grad():
            logprobs = model(ids).logits[:, start - 1 : -1].log_softmax(-1)
        total = logprobs.gather(2, ids[:, start:, None]).sum()
        scores.append(total / len(label) if length_normalized else total)
    return torch.stack(scores)
