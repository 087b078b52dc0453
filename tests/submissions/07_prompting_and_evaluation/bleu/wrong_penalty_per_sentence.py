# wrong: penalty_per_sentence
# The mean of the sentences' penalties.
from collections import Counter
from math import exp, prod


def bleu(hypotheses, references):
    matches, totals, penalties = [0] * 4, [0] * 4, []
    for hyp, refs in zip(hypotheses, references):
        ref_length = min((abs(len(ref) - len(hyp)), len(ref)) for ref in refs)[1]
        penalties.append(min(1.0, exp(1 - ref_length / len(hyp))) if hyp else 0.0)
        for n in range(4):
            grams = Counter(zip(*(hyp[i:] for i in range(n + 1))))
            most = Counter()
            for ref in refs:
                most |= Counter(zip(*(ref[i:] for i in range(n + 1))))
            matches[n] += (grams & most).total()
            totals[n] += grams.total()
    if 0 in matches:
        return 0.0
    penalty = sum(penalties) / len(penalties)
    return 100 * penalty * prod(m / t for m, t in zip(matches, totals)) ** 0.25
