# right: drops the padding and runs every row alone
import torch


def next_token_probs(model, input_ids, attention_mask=None):
    was_training = model.training
    model.eval()
    result = []
    with torch.inference_mode():
        for b in range(input_ids.shape[0]):
            row = input_ids[b]
            if attention_mask is not None:
                row = row[attention_mask[b] == 1]
            logits = model(row.unsqueeze(0)).logits
            result.append(torch.softmax(logits[0, -1].float(), dim=0))
    model.train(was_training)
    return torch.stack(result)
