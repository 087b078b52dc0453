# wrong: mask_ignored
# The mask is taken to be an optional extra that the model works out by itself.
import torch


def next_token_probs(model, input_ids, attention_mask=None):
    model.eval()
    with torch.no_grad():
        logits = model(input_ids).logits
    return torch.softmax(logits[:, -1, :], dim=-1)
