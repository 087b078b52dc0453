# wrong: window_exceeded
# A cache that is never cut: the context grows beyond the window.
import torch


def perplexity(model, input_ids, window, stride):
    cache, total, last = None, 0.0, None
    for ids in input_ids.split(stride, dim=1):
        with torch.no_grad():
            out = model(ids, past_key_values=cache, use_cache=True)
        cache = out.past_key_values
        logits = out.logits[0] if last is None else torch.cat([last, out.logits[0]])
        targets = ids[0, 1:] if last is None else ids[0]
        total += logits[:-1].log_softmax(-1).gather(1, targets[:, None]).sum().item()
        last = out.logits[0, -1:]
    return torch.tensor(-total / (input_ids.shape[1] - 1)).exp().item()
