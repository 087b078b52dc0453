# wrong: rows_mixed
# The first row's tokens serve every row.
import torch


def repetition_penalty(input_ids, scores, penalty):
    ids = input_ids[0].unique().expand(len(scores), -1)
    seen = scores.gather(1, ids)
    punished = torch.where(seen < 0, seen * penalty, seen / penalty)
    return scores.scatter(1, ids, punished)
