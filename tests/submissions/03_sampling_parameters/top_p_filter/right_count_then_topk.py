# right: counts how many survive, then takes that many off the top, row by row
import torch


def top_p_filter(scores, top_p, min_tokens_to_keep=1):
    if top_p >= 1:
        return scores
    rows = []
    for row in scores:
        probs, ids = row.float().softmax(dim=0).sort(descending=True)
        short = (probs.cumsum(dim=0) < top_p).sum().item()
        n = min(max(short + 1, min_tokens_to_keep), len(row))
        if top_p == 0:
            n = min(max(1, min_tokens_to_keep), len(row))
        new = torch.full_like(row, -torch.inf)
        new[ids[:n]] = row[ids[:n]]
        rows.append(new)
    return torch.stack(rows)
