# right: the right label's column taken out
import torch


def hallucination_rate(logprobs, answers, threshold=0.9):
    probs = torch.exp(logprobs - torch.logsumexp(logprobs, dim=1, keepdim=True))
    right = probs.gather(1, answers[:, None])[:, 0]
    others = probs.scatter(1, answers[:, None], -1.0).max(dim=1).values
    hits = [o > r and o >= threshold for o, r in zip(others.tolist(), right.tolist())]
    return sum(hits) / len(hits)
