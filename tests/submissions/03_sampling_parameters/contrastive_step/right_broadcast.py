# right: cosine_similarity broadcast over [B, K, T], log_softmax and exp
import torch


def contrastive_step(
    scores, candidate_ids, candidate_hidden, context_hidden, penalty_alpha
):
    cosines = torch.cosine_similarity(
        candidate_hidden[:, :, None], context_hidden[:, None], dim=-1
    )
    logs = scores.float() - scores.float().logsumexp(dim=-1, keepdim=True)
    confidence = torch.take_along_dim(logs, candidate_ids, dim=1).exp()
    value = confidence - penalty_alpha * (confidence + cosines.max(dim=-1).values)
    return candidate_ids[torch.arange(len(scores)), value.argmax(dim=-1)]
