# wrong: right_padding
# The last column is taken to be the last token, also when padding is there.
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
    return torch.softmax(logits[:, -1], dim=-1)
