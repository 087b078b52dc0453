# wrong: wrong_value
# The first real token is given position 1.
import torch


@torch.no_grad()
def next_token_probs(model, input_ids, attention_mask=None):
    model.eval()
    if attention_mask is None:
        attention_mask = torch.ones_like(input_ids)
    places = attention_mask.cumsum(dim=-1)
    out = model(input_ids, attention_mask=attention_mask, position_ids=places)
    last = places.argmax(dim=-1)  # the first of the largest
    return out.logits[torch.arange(len(input_ids)), last].softmax(dim=-1)
