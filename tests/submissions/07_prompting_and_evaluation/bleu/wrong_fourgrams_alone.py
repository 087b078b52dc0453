# wrong: orders_missing
# The highest order alone.
from collections import Counter
from math import exp


def bleu(hypotheses, references):
    matched = total = hyp_length = ref_length = 0
    for hyp, refs in zip(hypotheses, references):
        hyp_length += len(hyp)
        ref_length += min((abs(len(ref) - len(hyp)), len(ref)) for ref in refs)[1]
        grams = Counter(zip(hyp, hyp[1:], hyp[2:], hyp[3:]))
        most = Counter()
        for ref in refs:
            most |= Counter(zip(ref, ref[1:], ref[2:], ref[3:]))
        matched += (grams & most).total()
        total += grams.total()
    if matched == 0:
        return 0.0
    return 100 * min(1.0, exp(1 - ref_length / hyp_length)) * matched / total
