# wrong: earlier_tokens_unseen
# All of the label's tokens are looked up at the prompt's last position.
import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    with torch.no_grad():
        logprobs = model(prompt_ids).logits[0, -1].log_softmax(-1)
    scores = []
    for label in label_ids:
        per_token = logprobs[label]
        scores.append(per_token.mean() if length_normalized else per_token.sum())
    return torch.stack(scores)
