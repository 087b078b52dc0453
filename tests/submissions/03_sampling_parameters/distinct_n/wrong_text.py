# wrong: wrong_type
# A rounded text for print.


def distinct_n(texts, n):
    grams = []
    for text in texts:
        words = text.split()
        grams += [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
    return f"{len(set(grams)) / max(1, len(grams)):.3f}"
