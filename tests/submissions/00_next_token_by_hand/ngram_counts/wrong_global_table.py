# wrong: state_shared
# The table is made once, outside the function.
from collections import Counter, defaultdict

table = defaultdict(Counter)


def ngram_counts(token_ids, n):
    for i in range(len(token_ids) - n + 1):
        table[tuple(token_ids[i : i + n - 1])][token_ids[i + n - 1]] += 1
    return {context: dict(row) for context, row in table.items()}
