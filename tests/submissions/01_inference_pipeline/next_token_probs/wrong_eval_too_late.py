# wrong: train_mode
# The mode is switched after the forward, when dropout has already struck.
import torch


@torch.inference_mode()
def next_token_probs(model, input_ids, attention_mask=None):
    if attention_mask is None:
        attention_mask = torch.ones_like(input_ids)
    position_ids = (attention_mask.cumsum(dim=1) - 1).clamp(min=0)
    out = model(input_ids, attention_mask=attention_mask, position_ids=position_ids)
    model.eval()
    steps = torch.arange(input_ids.shape[1])
    last = (attention_mask * steps).argmax(dim=1)
    rows = torch.arange(len(input_ids))
    return out.logits[rows, last].softmax(dim=-1)
