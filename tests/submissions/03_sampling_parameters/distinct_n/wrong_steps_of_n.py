# wrong: non_overlapping
# Windows that do not overlap.


def distinct_n(texts, n):
    grams = []
    for text in texts:
        words = text.split()
        grams += [tuple(words[i : i + n]) for i in range(0, len(words) - n + 1, n)]
    return len(set(grams)) / len(grams) if grams else 0.0
