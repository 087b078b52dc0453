# wrong: negative_loss_sign
# The loss: a small one is good.
import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    losses = []
    for label in label_ids:
        ids = torch.cat([prompt_ids, torch.tensor([label])], dim=1)
        targets = ids.clone()
        targets[:, : prompt_ids.shape[1]] = -100
        with torch.no_grad():
            loss = model(ids, labels=targets).loss
        losses.append(loss if length_normalized else loss * len(label))
    return torch.stack(losses)
