# wrong: renormalised_over_candidates
# The softmax runs over the candidates alone.
import torch
import torch.nn.functional as F


def contrastive_step(
    scores, candidate_ids, candidate_hidden, context_hidden, penalty_alpha
):
    probs = torch.softmax(scores.float().gather(1, candidate_ids), dim=-1)
    candidates = F.normalize(candidate_hidden, dim=-1)
    context = F.normalize(context_hidden, dim=-1)
    penalty = (candidates @ context.transpose(1, 2)).amax(dim=-1)
    value = (1 - penalty_alpha) * probs - penalty_alpha * penalty
    return candidate_ids.gather(1, value.argmax(dim=1, keepdim=True))[:, 0]
