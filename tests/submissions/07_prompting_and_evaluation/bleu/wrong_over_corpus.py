# wrong: clipped_over_corpus
# n-grams are counted over the whole corpus and then compared.
from collections import Counter
from math import exp, prod


def bleu(hypotheses, references):
    precisions, hyp_length, ref_length = [], 0, 0
    for hyp, refs in zip(hypotheses, references):
        hyp_length += len(hyp)
        ref_length += min((abs(len(ref) - len(hyp)), len(ref)) for ref in refs)[1]
    for n in range(1, 5):
        said, known = Counter(), Counter()
        for hyp, refs in zip(hypotheses, references):
            said += Counter(zip(*(hyp[i:] for i in range(n))))
            most = Counter()
            for ref in refs:
                most |= Counter(zip(*(ref[i:] for i in range(n))))
            known += most
        precisions.append((said & known).total() / max(1, said.total()))
    if 0 in precisions:
        return 0.0
    return 100 * min(1.0, exp(1 - ref_length / hyp_length)) * prod(precisions) ** 0.25
