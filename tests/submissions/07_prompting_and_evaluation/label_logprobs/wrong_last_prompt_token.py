# wrong: prompt_counted
# The prompt's last token is scored too.
import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    start = max(prompt_ids.shape[1] - 1, 1)
    scores = []
    for label in label_ids:
        ids = torch.cat([prompt_ids, torch.tensor([label])], dim=1)
        with torch.no_grad():
            logprobs = model(ids).logits[:, start - 1 : -1].log_softmax(-1)
        total = logprobs.gather(2, ids[:, start:, None]).sum()
        scores.append(total / len(label) if length_normalized else total)
    return torch.stack(scores)
