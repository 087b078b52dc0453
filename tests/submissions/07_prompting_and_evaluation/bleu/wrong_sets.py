# wrong: clipped_to_one
# Sets of n-grams: what is said twice counts once.
from math import exp, prod


def bleu(hypotheses, references):
    matches, totals = [0] * 4, [0] * 4
    hyp_length = ref_length = 0
    for hyp, refs in zip(hypotheses, references):
        hyp_length += len(hyp)
        ref_length += min((abs(len(ref) - len(hyp)), len(ref)) for ref in refs)[1]
        for n in range(4):
            grams = set(zip(*(hyp[i:] for i in range(n + 1))))
            known = {gram for ref in refs for gram in zip(*(ref[i:] for i in range(n + 1)))}
            matches[n] += len(grams & known)
            totals[n] += len(grams)
    if 0 in matches:
        return 0.0
    penalty = min(1.0, exp(1 - ref_length / hyp_length))
    return 100 * penalty * prod(m / t for m, t in zip(matches, totals)) ** 0.25
