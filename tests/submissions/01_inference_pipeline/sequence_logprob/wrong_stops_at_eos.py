# wrong: eos_dropped
# Scoring ends before the first EOS, as if the EOS had no probability to count.
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    eos = model.generation_config.eos_token_id
    eos = eos if isinstance(eos, list) else [eos]
    logprobs = model(input_ids).logits.log_softmax(dim=-1)
    totals = []
    for b, row in enumerate(input_ids.tolist()):
        total = 0.0
        for t in range(prompt_length, len(row)):
            if row[t] in eos:
                break
            total += logprobs[b, t - 1, row[t]].item()
        totals.append(total)
    return torch.tensor(totals)
