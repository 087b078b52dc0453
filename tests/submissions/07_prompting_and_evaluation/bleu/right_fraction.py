# right: exact fractions until the root
from collections import Counter
from fractions import Fraction
from math import exp


def bleu(hypotheses, references):
    def cut(tokens, n):
        return [tuple(tokens[i : i + n]) for i in range(len(tokens) + 1 - n)]

    product = Fraction(1)
    for n in range(1, 5):
        hits = total = 0
        for hyp, refs in zip(hypotheses, references):
            for gram, times in Counter(cut(hyp, n)).items():
                total += times
                hits += min(times, max(cut(ref, n).count(gram) for ref in refs))
        product *= Fraction(hits, max(1, total))
    c = sum(map(len, hypotheses))
    r = sum(
        min(map(len, refs), key=lambda size: (abs(size - len(hyp)), size))
        for hyp, refs in zip(hypotheses, references)
    )
    penalty = 1.0 if c >= r else exp(1 - r / c) if c else 0.0
    return 100 * penalty * float(product) ** (1 / 4)
