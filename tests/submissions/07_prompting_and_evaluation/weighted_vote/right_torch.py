# right: logsumexp over groups
import torch


def weighted_vote(answers, logprobs):
    scores = torch.tensor(logprobs, dtype=torch.float64)
    labels = list({a: None for a in answers if a is not None})
    if not labels:
        return None
    groups = [[i for i, a in enumerate(answers) if a == label] for label in labels]
    return labels[torch.stack([scores[g].logsumexp(0) for g in groups]).argmax().item()]
