# wrong: keeps_gradients
# clone() is taken to cut the result off from the graph.
import torch


def next_token_probs(model, input_ids, attention_mask=None):
    model.eval()
    rows = []
    for b in range(len(input_ids)):
        ids = input_ids[b]
        if attention_mask is not None:
            ids = ids[attention_mask[b].bool()]
        logits = model(ids[None]).logits[0, -1].clone()
        rows.append(logits.softmax(dim=-1))
    return torch.stack(rows)
