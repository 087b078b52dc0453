# right: numpy in double precision, inverse CDF, a numpy int
import numpy as np
import torch


def ngram_draft(counts, context, vocab_size, k=1.0, generator=None):
    order = len(list(counts)[0])
    key = tuple(context)[-order:] if order else ()
    q = np.full(vocab_size, k, dtype=np.float64)
    seen = counts.get(key, {})
    q[list(seen)] += list(seen.values())
    q = q / q.sum()
    if generator is None:
        token = q.argmax()
        return token, torch.from_numpy(np.eye(vocab_size)[token])
    u = torch.rand(1, generator=generator, dtype=torch.float64).numpy()
    token = min(np.searchsorted(q.cumsum(), u, side="right")[0], vocab_size - 1)
    return token, torch.from_numpy(q)
