# wrong: unordered
# "the cat" and "cat the" are taken to be one.


def distinct_n(texts, n):
    grams = []
    for text in texts:
        words = text.split()
        for i in range(len(words) - n + 1):
            grams.append(tuple(sorted(words[i : i + n])))
    return len(set(grams)) / len(grams) if grams else 0.0
