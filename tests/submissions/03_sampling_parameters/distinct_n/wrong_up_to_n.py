# wrong: shorter_ngrams_too
# All lengths up to n are pooled.


def distinct_n(texts, n):
    grams = []
    for text in texts:
        words = text.split()
        for m in range(1, n + 1):
            grams += [tuple(words[i : i + m]) for i in range(len(words) - m + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0
