# wrong: eos_dropped
# EOS is taken to be a mark outside the text, so it is not scored.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    eos = model.generation_config.eos_token_id
    eos = [] if eos is None else eos
    eos = torch.tensor(eos, dtype=torch.long).reshape(-1)
    logits = model(input_ids).logits[:, :-1]
    logprobs = torch.log_softmax(logits, dim=-1)
    targets = input_ids[:, 1:]
    picked = logprobs.gather(-1, targets.unsqueeze(-1)).squeeze(-1)
    picked = picked.masked_fill(torch.isin(targets, eos), 0.0)
    return picked[:, prompt_length - 1:].sum(dim=1)
