# right: the first rejection found with nonzero, tokens written into a copy of the draft
import torch


def verify(draft_ids, q, p, u, generator):
    p_x = p[:-1].gather(1, draft_ids[:, None]).squeeze(1)
    q_x = q.gather(1, draft_ids[:, None]).squeeze(1)
    rejected = (u >= torch.minimum(torch.ones_like(q_x), p_x / q_x)).nonzero().flatten()
    tokens = torch.cat([draft_ids, draft_ids.new_zeros(1)])
    if rejected.numel():
        n = rejected[0].item()
        law = p[n] - torch.minimum(p[n], q[n])
        if law.sum().item() <= 1e-12:
            law = p[n]
    else:
        n = draft_ids.numel()
        law = p[n]
    tokens[n] = torch.multinomial(law, num_samples=1, generator=generator)[0]
    return tokens[: n + 1], n
