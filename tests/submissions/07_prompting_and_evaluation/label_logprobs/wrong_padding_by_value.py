# wrong: padding_counted
# Whatever is 0 in a label is taken for padding.
import torch
from torch.nn.utils.rnn import pad_sequence


@torch.no_grad()
def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    labels = pad_sequence([torch.tensor(label) for label in label_ids], batch_first=True)
    ids = torch.cat([prompt_ids.expand(len(labels), -1), labels], dim=1)
    logits = model(ids).logits[:, prompt_ids.shape[1] - 1 : -1]
    logprobs = logits.log_softmax(-1).gather(2, labels[..., None])[..., 0]
    real = labels != 0
    totals = (logprobs * real).sum(1)
    return totals / real.sum(1) if length_normalized else totals
