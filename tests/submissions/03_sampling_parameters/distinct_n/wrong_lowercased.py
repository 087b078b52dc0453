# wrong: lowercased
# "The" and "the" are taken to be one word.


def distinct_n(texts, n):
    grams = []
    for text in texts:
        words = text.lower().split()
        grams += [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0
