# wrong: no_brevity_penalty
# Short translations cost nothing.
from collections import Counter
from math import prod


def bleu(hypotheses, references):
    matches, totals = [0] * 4, [0] * 4
    for hyp, refs in zip(hypotheses, references):
        for n in range(4):
            grams = Counter(zip(*(hyp[i:] for i in range(n + 1))))
            most = Counter()
            for ref in refs:
                most |= Counter(zip(*(ref[i:] for i in range(n + 1))))
            matches[n] += (grams & most).total()
            totals[n] += grams.total()
    return 100 * prod(m / max(1, t) for m, t in zip(matches, totals)) ** 0.25
