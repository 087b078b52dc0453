# wrong: wrong_type
# A list of numbers in place of a tensor.
import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    start = prompt_ids.shape[1]
    scores = []
    for label in label_ids:
        ids = torch.cat([prompt_ids, torch.tensor([label])], dim=1)
        with torch.no_grad():
            logprobs = model(ids).logits[:, start - 1 : -1].log_softmax(-1)
        per_token = logprobs.gather(2, ids[:, start:, None])
        scores.append((per_token.mean() if length_normalized else per_token.sum()).item())
    return scores
