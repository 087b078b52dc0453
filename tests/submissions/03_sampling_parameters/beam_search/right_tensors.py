# right: tensors and topk of twice the beams
import torch


@torch.no_grad()
def beam_search(
    log_prob_fn,
    start_ids,
    num_beams,
    max_new_tokens,
    eos_token_id,
    length_penalty=1.0,
):
    ids = torch.tensor([start_ids])
    sums = torch.zeros(1)
    hypotheses = []
    for step in range(1, max_new_tokens + 1):
        table = sums[:, None] + log_prob_fn(ids)
        V = table.shape[1]
        # at most one EOS per beam, so twice the beams hold enough unfinished ones
        best = table.flatten().topk(min(2 * num_beams, table.numel()))
        beam, token = best.indices // V, best.indices % V
        ended = token == eos_token_id
        within = (~ended).cumsum(0) < num_beams
        for i in torch.nonzero(ended & within).flatten().tolist():
            whole = ids[beam[i]].tolist() + [eos_token_id]
            hypotheses.append((whole, best.values[i].item() / step**length_penalty))
        keep = torch.nonzero(~ended).flatten()[:num_beams]
        ids = torch.cat([ids[beam[keep]], token[keep, None]], dim=1)
        sums = best.values[keep]
        if len(ids) == 0:
            break
    for row, total in zip(ids.tolist(), sums.tolist()):
        hypotheses.append((row, total / max_new_tokens**length_penalty))
    return sorted(hypotheses, key=lambda h: -h[1])[:num_beams]
