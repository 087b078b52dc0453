# right: positions of padding set to 1 as generate does, log_softmax then exp
import torch
import torch.nn.functional as F


def last_real(mask):
    return torch.tensor([max(row.nonzero().flatten().tolist()) for row in mask])


def next_token_probs(model, input_ids, attention_mask=None):
    model.eval()
    mask = attention_mask
    if mask is None:
        mask = torch.ones(input_ids.shape, dtype=torch.long)
    pos = mask.long().cumsum(-1) - 1
    pos = torch.where(mask == 0, torch.ones_like(pos), pos)
    out = model(input_ids, attention_mask=mask, position_ids=pos, return_dict=False)
    logits = out[0].detach()
    picked = [logits[b, t] for b, t in enumerate(last_real(mask).tolist())]
    return F.log_softmax(torch.stack(picked), dim=-1).exp()
