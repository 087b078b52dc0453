# wrong: accepts_after_rejection
# A mask picks the accepted tokens, also those behind the first rejection.
import torch


def verify(draft_ids, q, p, u, generator):
    at = torch.arange(len(draft_ids))
    accepted = u < p[at, draft_ids] / q[at, draft_ids]
    law = p[-1]
    if not accepted.all():
        i = accepted.long().argmin()
        left = (p[i] - q[i]).clamp(min=0)
        law = left if left.sum() > 1e-12 else p[i]
    token = torch.multinomial(law, 1, generator=generator)
    return torch.cat([draft_ids[accepted], token]), int(accepted.sum())
