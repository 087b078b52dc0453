# wrong: dot_product
# Dot products, in which long states weigh more.
import torch


def contrastive_step(
    scores, candidate_ids, candidate_hidden, context_hidden, penalty_alpha
):
    probs = torch.softmax(scores.float(), dim=-1).gather(1, candidate_ids)
    candidates = candidate_hidden
    context = context_hidden
    penalty = (candidates @ context.transpose(1, 2)).amax(dim=-1)
    value = (1 - penalty_alpha) * probs - penalty_alpha * penalty
    return candidate_ids.gather(1, value.argmax(dim=1, keepdim=True))[:, 0]
