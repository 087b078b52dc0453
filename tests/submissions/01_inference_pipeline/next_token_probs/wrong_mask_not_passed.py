# wrong: mask_ignored
# The mask picks the last token, but the model is left to attend to the padding.
import torch


@torch.no_grad()
def next_token_probs(model, input_ids, attention_mask=None):
    model.eval()
    logits = model(input_ids).logits
    if attention_mask is None:
        return logits[:, -1].softmax(dim=-1)
    steps = torch.arange(input_ids.shape[1])
    last = (attention_mask * steps).argmax(dim=1)
    rows = torch.arange(len(input_ids))
    return logits[rows, last].softmax(dim=-1)
