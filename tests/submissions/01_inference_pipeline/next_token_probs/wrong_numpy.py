# wrong: wrong_type
# A numpy array is taken to be as good as a tensor.
import torch


@torch.no_grad()
def next_token_probs(model, input_ids, attention_mask=None):
    model.eval()
    rows = []
    for b in range(len(input_ids)):
        ids = input_ids[b]
        if attention_mask is not None:
            ids = ids[attention_mask[b].bool()]
        rows.append(model(ids[None]).logits[0, -1].softmax(dim=-1))
    return torch.stack(rows).numpy()
