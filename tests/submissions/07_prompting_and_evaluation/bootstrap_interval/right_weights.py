# right: how often each score is drawn, from uniform numbers
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    n = len(scores)
    values = torch.as_tensor(scores, dtype=torch.float32)
    picks = (torch.rand(num_resamples, n, generator=generator) * n).long().clamp(max=n - 1)
    counts = torch.zeros(num_resamples, n).scatter_add_(1, picks, torch.ones(num_resamples, n))
    means = counts @ values / n
    return (
        torch.quantile(means, 0.5 - confidence / 2),
        torch.quantile(means, 0.5 + confidence / 2),
    )
