# wrong: input_changed
# The list of texts is emptied while it is read.


def distinct_n(texts, n):
    grams = []
    while texts:
        words = texts.pop(0).split()
        grams += [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0
