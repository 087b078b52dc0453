# wrong: first_reference_only
# Only the first reference is read.
from collections import Counter
from math import exp, prod


def bleu(hypotheses, references):
    matches, totals = [0] * 4, [0] * 4
    hyp_length = ref_length = 0
    for hyp, refs in zip(hypotheses, references):
        ref = refs[0]
        hyp_length += len(hyp)
        ref_length += len(ref)
        for n in range(4):
            grams = Counter(zip(*(hyp[i:] for i in range(n + 1))))
            known = Counter(zip(*(ref[i:] for i in range(n + 1))))
            matches[n] += (grams & known).total()
            totals[n] += grams.total()
    if 0 in matches:
        return 0.0
    penalty = min(1.0, exp(1 - ref_length / hyp_length))
    return 100 * penalty * prod(m / t for m, t in zip(matches, totals)) ** 0.25
