# wrong: product_underflows
# Probabilities are multiplied, and the logarithm comes last.
import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    start = prompt_ids.shape[1]
    scores = []
    for label in label_ids:
        ids = torch.cat([prompt_ids, torch.tensor([label])], dim=1)
        with torch.no_grad():
            probs = model(ids).logits[:, start - 1 : -1].softmax(-1)
        logprob = probs.gather(2, ids[:, start:, None]).prod().log()
        scores.append(logprob / len(label) if length_normalized else logprob)
    return torch.stack(scores)
