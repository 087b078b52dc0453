# right: moves all padding to the right, where default positions are right
import torch


def next_token_probs(model, input_ids, attention_mask=None):
    model.eval()
    with torch.no_grad():
        if attention_mask is None:
            return model(input_ids).logits[:, -1, :].softmax(-1)
        order = torch.argsort(1 - attention_mask, dim=1, stable=True)
        ids = input_ids.gather(1, order)
        mask = attention_mask.gather(1, order)
        logits = model(ids, attention_mask=mask).logits
        last = mask.sum(dim=1) - 1
        index = last.view(-1, 1, 1).expand(-1, 1, logits.size(-1))
        return torch.softmax(logits.gather(1, index).squeeze(1), dim=-1)
