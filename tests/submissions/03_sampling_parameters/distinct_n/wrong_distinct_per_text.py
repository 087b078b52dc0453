# wrong: distinct_per_text
# The same n-gram in two texts counts as two.


def distinct_n(texts, n):
    distinct = total = 0
    for text in texts:
        words = text.split()
        grams = [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
        distinct += len(set(grams))
        total += len(grams)
    return distinct / total if total else 0.0
