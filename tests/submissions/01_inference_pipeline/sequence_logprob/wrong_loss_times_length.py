# wrong: prompt_counted
# The model's loss times its number of terms is taken to leave the prompt out.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    totals = []
    for row in input_ids:
        ids = row[None]
        loss = model(ids, labels=ids).loss
        totals.append(-loss * (ids.shape[1] - 1))
    return torch.stack(totals)
