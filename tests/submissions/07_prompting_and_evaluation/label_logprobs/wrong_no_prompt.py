# wrong: label_without_prompt
# The label is scored behind the prompt's last token alone.
import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    scores = []
    for label in label_ids:
        ids = torch.cat([prompt_ids[:, -1:], torch.tensor([label])], dim=1)
        with torch.no_grad():
            logprobs = model(ids).logits[:, :-1].log_softmax(-1)
        total = logprobs.gather(2, ids[:, 1:, None]).sum()
        scores.append(total / len(label) if length_normalized else total)
    return torch.stack(scores)
