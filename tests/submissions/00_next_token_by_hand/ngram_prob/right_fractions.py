# right: exact fractions, one float at the end
from fractions import Fraction


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    k = Fraction(k)
    numerator, denominator = k, k * vocab_size
    for seen, count in (counts.get(context) or {}).items():
        denominator += count
        if seen == token:
            numerator += count
    return float(numerator / denominator)
