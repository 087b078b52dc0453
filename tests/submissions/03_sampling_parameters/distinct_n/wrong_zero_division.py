# wrong: no_ngrams
# Nothing is divided by nothing.


def distinct_n(texts, n):
    grams = []
    for text in texts:
        words = text.split()
        grams += [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
    return len(set(grams)) / len(grams)
