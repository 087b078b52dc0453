# wrong: position_ids
# The mask is taken to move the positions too, also with padding in front.
import torch


@torch.no_grad()
def next_token_probs(model, input_ids, attention_mask=None):
    model.eval()
    if attention_mask is None:
        attention_mask = torch.ones_like(input_ids)
    logits = model(input_ids, attention_mask=attention_mask).logits
    steps = torch.arange(input_ids.shape[1])
    last = (attention_mask * steps).argmax(dim=1)
    rows = torch.arange(len(input_ids))
    return logits[rows, last].softmax(dim=-1)
