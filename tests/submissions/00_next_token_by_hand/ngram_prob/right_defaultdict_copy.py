# right: a defaultdict of Counters as a copy of the table, so that nothing is ever missing
from collections import Counter, defaultdict


def ngram_prob(counts, context, token, vocab_size, k=1.0):
    table = defaultdict(Counter, {key: Counter(row) for key, row in counts.items()})
    row = table[context]
    return (row[token] + k) / (row.total() + k * vocab_size)
