# right: all windows in one batch, padded on the right
import torch
import torch.nn.functional as F


@torch.no_grad()
def perplexity(model, input_ids, window, stride):
    ids = input_ids[0]
    count = 1 + max(0, -(-(len(ids) - window) // stride))
    padded = F.pad(ids, (0, max(0, (count - 1) * stride + window - len(ids))))
    windows = padded.unfold(0, window, stride)[:count]
    places = torch.arange(count)[:, None] * stride + torch.arange(window)
    new = places < len(ids)
    new[:, 0] = False
    new[1:, : window - stride] = False
    loss = F.cross_entropy(
        model(windows).logits[:, :-1].transpose(1, 2), windows[:, 1:], reduction="none"
    )
    return loss[new[:, 1:]].double().mean().exp()
