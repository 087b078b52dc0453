# wrong: padding_counted
# Labels are padded with 0, and the padding is scored as if it were said.
import torch
from torch.nn.utils.rnn import pad_sequence


@torch.no_grad()
def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    lengths = torch.tensor([len(label) for label in label_ids])
    labels = pad_sequence([torch.tensor(label) for label in label_ids], batch_first=True)
    ids = torch.cat([prompt_ids.expand(len(labels), -1), labels], dim=1)
    logits = model(ids).logits[:, prompt_ids.shape[1] - 1 : -1]
    totals = logits.log_softmax(-1).gather(2, labels[..., None])[..., 0].sum(1)
    return totals / lengths if length_normalized else totals
