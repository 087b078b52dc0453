# wrong: words_glued
# The words of an n-gram are joined without a space: "a bc" is "ab c".


def distinct_n(texts, n):
    grams = []
    for text in texts:
        words = text.split()
        grams += ["".join(words[i : i + n]) for i in range(len(words) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0
