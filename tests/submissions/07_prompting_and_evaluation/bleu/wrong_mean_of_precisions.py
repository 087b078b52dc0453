# wrong: mean_of_precisions
# Each order's precision is the mean of the sentences' precisions.
from collections import Counter
from math import exp, prod


def bleu(hypotheses, references):
    precisions, hyp_length, ref_length = [0.0] * 4, 0, 0
    for hyp, refs in zip(hypotheses, references):
        hyp_length += len(hyp)
        ref_length += min((abs(len(ref) - len(hyp)), len(ref)) for ref in refs)[1]
        for n in range(4):
            grams = Counter(zip(*(hyp[i:] for i in range(n + 1))))
            most = Counter()
            for ref in refs:
                most |= Counter(zip(*(ref[i:] for i in range(n + 1))))
            share = (grams & most).total() / max(1, grams.total())
            precisions[n] += share / len(hypotheses)
    if 0 in precisions:
        return 0.0
    return 100 * min(1.0, exp(1 - ref_length / hyp_length)) * prod(precisions) ** 0.25
