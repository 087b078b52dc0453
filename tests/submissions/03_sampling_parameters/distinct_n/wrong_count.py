# wrong: count_not_ratio
# How many, not what share.


def distinct_n(texts, n):
    grams = set()
    for text in texts:
        words = text.split()
        grams.update(tuple(words[i : i + n]) for i in range(len(words) - n + 1))
    return float(len(grams))
