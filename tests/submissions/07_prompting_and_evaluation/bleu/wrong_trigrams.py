# wrong: orders_missing
# range(1, 4): order 4 is never reached.
from collections import Counter
from math import exp, log


def bleu(hypotheses, references):
    logs, hyp_length, ref_length = [], 0, 0
    for hyp, refs in zip(hypotheses, references):
        hyp_length += len(hyp)
        ref_length += min((abs(len(ref) - len(hyp)), len(ref)) for ref in refs)[1]
    for n in range(1, 4):
        matched = total = 0
        for hyp, refs in zip(hypotheses, references):
            grams = Counter(zip(*(hyp[i:] for i in range(n))))
            most = Counter()
            for ref in refs:
                most |= Counter(zip(*(ref[i:] for i in range(n))))
            matched += (grams & most).total()
            total += grams.total()
        if matched == 0:
            return 0.0
        logs.append(log(matched / total))
    return 100 * min(1.0, exp(1 - ref_length / hyp_length)) * exp(sum(logs) / len(logs))
