# wrong: last_token_dropped
# The label is fed without its last token, and that is not scored.
import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    start = prompt_ids.shape[1]
    scores = []
    for label in label_ids:
        ids = torch.cat([prompt_ids, torch.tensor([label[:-1]], dtype=torch.long)], dim=1)
        with torch.no_grad():
            logprobs = model(ids).logits[:, start - 1 : -1].log_softmax(-1)
        total = logprobs.gather(2, ids[:, start:, None]).sum()
        scores.append(total / len(label) if length_normalized else total)
    return torch.stack(scores)
