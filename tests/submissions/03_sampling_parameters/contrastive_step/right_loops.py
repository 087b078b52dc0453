# right: python loops with torch.cosine_similarity
import torch


def contrastive_step(
    scores, candidate_ids, candidate_hidden, context_hidden, penalty_alpha
):
    chosen = []
    for b, ids in enumerate(candidate_ids.tolist()):
        probs = torch.softmax(scores[b].double(), dim=0)
        best = None
        for k, token in enumerate(ids):
            h = candidate_hidden[b, k]
            cosines = torch.cosine_similarity(context_hidden[b], h[None], dim=-1)
            value = (1 - penalty_alpha) * probs[token].item()
            value -= penalty_alpha * max(cosines.tolist())
            if best is None or value > best[0]:
                best = (value, token)
        chosen.append(best[1])
    return torch.tensor(chosen)
