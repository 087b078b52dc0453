# right: the model's own loss, with the prompt masked
import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    def score(label):
        ids = torch.cat([prompt_ids, torch.tensor([label])], dim=-1)
        targets = ids.clone()
        targets[:, : prompt_ids.shape[-1]] = -100
        mean = -model(ids, labels=targets).loss.item()
        return mean if length_normalized else mean * len(label)

    return torch.tensor([score(label) for label in label_ids])
