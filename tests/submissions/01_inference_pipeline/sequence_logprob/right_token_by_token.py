# right: one token after another through a cache, as it was generated
import torch


@torch.no_grad()
def sequence_logprob(model, input_ids, prompt_length):
    total = torch.zeros(input_ids.shape[0])
    out = model(input_ids[:, :prompt_length], use_cache=True)
    for token in input_ids[:, prompt_length:].T:
        log_p = out.logits[:, -1].float().log_softmax(dim=-1)
        total = total + log_p[torch.arange(len(token)), token]
        out = model(
            token[:, None], past_key_values=out.past_key_values, use_cache=True
        )
    return total
