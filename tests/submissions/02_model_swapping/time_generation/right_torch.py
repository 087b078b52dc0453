# right: times as a tensor, results as tensors of no dimension
import torch


def time_generation(generate, clock, warmup=1):
    while warmup > 0:
        sum(1 for _ in generate())
        warmup -= 1
    times = [clock()]
    times.extend(clock() for _ in generate())
    times = torch.tensor(times, dtype=torch.float64)
    n = len(times) - 1
    if n < 1:
        raise ValueError("no tokens")
    gaps = times.diff()
    tpot = gaps[1:].mean() if n > 1 else torch.zeros(())
    return {
        "ttft": gaps[0],
        "tpot": tpot,
        "tokens_per_s": n / gaps.sum(),
        "n_tokens": n,
    }
