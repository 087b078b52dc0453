# wrong: wrong_position
# The number of real tokens less one is taken for an index, with padding in front.
import torch


@torch.no_grad()
def next_token_probs(model, input_ids, attention_mask=None):
    model.eval()
    if attention_mask is None:
        attention_mask = torch.ones_like(input_ids)
    position_ids = (attention_mask.cumsum(dim=1) - 1).clamp(min=0)
    logits = model(
        input_ids, attention_mask=attention_mask, position_ids=position_ids
    ).logits
    last = attention_mask.sum(dim=1) - 1
    rows = torch.arange(len(input_ids))
    return logits[rows, last].softmax(dim=-1)
