# wrong: not_probabilities
# The model's scores are taken to be probabilities already.
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
    steps = torch.arange(input_ids.shape[1])
    last = (attention_mask * steps).argmax(dim=1)
    return logits[torch.arange(len(input_ids)), last]
