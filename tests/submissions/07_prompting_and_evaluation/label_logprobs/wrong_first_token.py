# wrong: first_token_only
# One forward pass over the prompt, and only the label's first token.
import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    with torch.no_grad():
        logprobs = model(prompt_ids).logits[0, -1].log_softmax(-1)
    scores = [logprobs[label[0]] / (len(label) if length_normalized else 1) for label in label_ids]
    return torch.stack(scores)
