# right: an exponential race in double precision
import torch


def sample_per_request(logits: torch.Tensor, temperatures, generators) -> torch.Tensor:
    result = torch.empty(len(logits), dtype=torch.int64)
    for b in range(len(logits)):
        if temperatures[b] == 0:
            result[b] = logits[b].argmax()
            continue
        log_probs = torch.log_softmax(logits[b].double() / temperatures[b], dim=0)
        clocks = torch.empty_like(log_probs).exponential_(generator=generators[b])
        result[b] = (log_probs.exp() / clocks).argmax()
    return result
