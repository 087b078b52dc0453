# right: a row of statistics for each sentence, summed by numpy
from collections import Counter

import numpy as np


def bleu(hypotheses, references):
    def grams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    def statistics(hyp, refs):
        lengths = np.sort([len(ref) for ref in refs])
        row = [len(hyp), lengths[np.abs(lengths - len(hyp)).argmin()]]
        for n in range(1, 5):
            said = grams(hyp, n)
            limits = [grams(ref, n) for ref in refs]
            row.append(sum(min(k, max(lim[g] for lim in limits)) for g, k in said.items()))
        return row + [max(len(hyp) - n + 1, 0) for n in range(1, 5)]

    total = np.sum([statistics(h, r) for h, r in zip(hypotheses, references)], axis=0)
    c, r, matched, possible = total[0], total[1], total[2:6], total[6:]
    if not matched.all():
        return 0.0
    return 100 * np.exp(min(0.0, 1 - r / c) + np.log(matched / possible).mean())
