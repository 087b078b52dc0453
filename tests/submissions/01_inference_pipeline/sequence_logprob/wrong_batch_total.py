# wrong: rows_mixed
# The sum runs over the whole batch, so every row gets the total of all rows.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    logits = model(input_ids).logits[:, :-1]
    logprobs = torch.log_softmax(logits, dim=-1)
    picked = logprobs.gather(-1, input_ids[:, 1:, None]).squeeze(-1)
    total = picked[:, prompt_length - 1:].sum()
    return total.repeat(len(input_ids))
