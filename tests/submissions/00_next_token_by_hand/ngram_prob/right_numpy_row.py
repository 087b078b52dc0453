# right: the whole smoothed row in numpy, one entry of it returned as a numpy float
import numpy as np


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    row = np.full(vocab_size, k, dtype=np.float64)
    for seen, count in counts.get(context, {}).items():
        row[seen] += count
    return row[token] / row.sum()
