# wrong: mean_of_sentences
# Sentence scores weighed by length.
from collections import Counter
from math import exp, prod


def bleu(hypotheses, references):
    total = 0.0
    for hyp, refs in zip(hypotheses, references):
        ref_length = min((abs(len(ref) - len(hyp)), len(ref)) for ref in refs)[1]
        precisions = []
        for n in range(1, 5):
            grams = Counter(zip(*(hyp[i:] for i in range(n))))
            most = Counter()
            for ref in refs:
                most |= Counter(zip(*(ref[i:] for i in range(n))))
            precisions.append((grams & most).total() / max(1, grams.total()))
        penalty = min(1.0, exp(1 - ref_length / len(hyp))) if hyp else 0.0
        total += len(hyp) * 100 * penalty * prod(precisions) ** 0.25
    return total / max(1, sum(len(hyp) for hyp in hypotheses))
