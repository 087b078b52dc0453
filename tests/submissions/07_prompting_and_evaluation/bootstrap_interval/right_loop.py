# right: one resample after another, sorted means
import torch


def bootstrap_interval(scores, generator, num_resamples=2000, confidence=0.95):
    n = len(scores)
    means = []
    for _ in range(num_resamples):
        picks = torch.randint(0, n, (n,), generator=generator).tolist()
        means.append(sum(scores[i] for i in picks) / n)
    means.sort()
    cut = int(num_resamples * (1 - confidence) / 2)
    return means[cut], means[num_resamples - 1 - cut]
