# wrong: crosses_sentences
# Sentences are strung together, one reference each for as many as there are.
from collections import Counter
from itertools import chain
from math import exp, prod


def bleu(hypotheses, references):
    hyp = list(chain(*hypotheses))
    streams = max(len(refs) for refs in references)
    texts = [
        list(chain(*(refs[min(k, len(refs) - 1)] for refs in references))) for k in range(streams)
    ]
    ref_length = 0
    for said, refs in zip(hypotheses, references):
        ref_length += min((abs(len(ref) - len(said)), len(ref)) for ref in refs)[1]
    precisions = []
    for n in range(1, 5):
        grams, most = Counter(zip(*(hyp[i:] for i in range(n)))), Counter()
        for text in texts:
            most |= Counter(zip(*(text[i:] for i in range(n))))
        precisions.append((grams & most).total() / max(1, grams.total()))
    if 0 in precisions:
        return 0.0
    return 100 * min(1.0, exp(1 - ref_length / len(hyp))) * prod(precisions) ** 0.25
