# wrong: position_ids
# Positions count the columns, so a token behind padding sits too far along.
import torch


def next_token_probs(model, input_ids, attention_mask=None):
    model.eval()
    B, T = input_ids.shape
    if attention_mask is None:
        attention_mask = torch.ones_like(input_ids)
    position_ids = torch.arange(T).repeat(B, 1)
    with torch.inference_mode():
        out = model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            position_ids=position_ids,
        )
    probs = []
    for b in range(B):
        last = attention_mask[b].nonzero().max()
        probs.append(out.logits[b, last].softmax(dim=-1))
    return torch.stack(probs)
