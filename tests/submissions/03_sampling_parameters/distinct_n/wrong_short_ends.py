# wrong: off_by_one
# The ends of a text give n-grams that are too short.


def distinct_n(texts, n):
    grams = []
    for text in texts:
        words = text.split()
        grams += [tuple(words[i : i + n]) for i in range(len(words))]
    return len(set(grams)) / len(grams) if grams else 0.0
