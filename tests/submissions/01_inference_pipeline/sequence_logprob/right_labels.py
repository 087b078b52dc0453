# right: every row's own loss with the prompt's labels ignored, times its terms
import torch


def sequence_logprob(model, input_ids, prompt_length):
    model.eval()
    result = torch.empty(len(input_ids))
    new = input_ids.shape[1] - prompt_length
    for b in range(len(input_ids)):
        labels = input_ids[b:b + 1].clone()
        labels[:, :prompt_length] = -100
        with torch.no_grad():
            loss = model(input_ids[b:b + 1], labels=labels).loss
        result[b] = -loss * new
    return result
