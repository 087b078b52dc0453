# wrong: mean_not_sum
# Minus the model's loss is taken for the sum, but a loss is a mean.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    totals = []
    for row in input_ids:
        labels = row.clone()[None]
        labels[:, :prompt_length] = -100
        totals.append(-model(row[None], labels=labels).loss)
    return torch.stack(totals)
