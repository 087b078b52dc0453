# wrong: labels_chained
# One cache serves all labels, and keeps the tokens of the labels before.
import torch


@torch.no_grad()
def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    prompt = model(prompt_ids, use_cache=True)
    cache, scores = prompt.past_key_values, []
    for label in label_ids:
        logits = model(torch.tensor([label]), past_key_values=cache, use_cache=True).logits[0]
        logits = torch.cat([prompt.logits[0, -1:], logits[:-1]])
        total = logits.log_softmax(-1)[range(len(label)), label].sum()
        scores.append(total / len(label) if length_normalized else total)
    return torch.stack(scores)
