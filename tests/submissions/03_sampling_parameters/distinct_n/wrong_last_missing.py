# wrong: off_by_one
# range stops one n-gram early.


def distinct_n(texts, n):
    grams = []
    for text in texts:
        words = text.split()
        grams += [tuple(words[i : i + n]) for i in range(len(words) - n)]
    return len(set(grams)) / len(grams) if grams else 0.0
