# wrong: crosses_texts
# The texts are joined first, and n-grams lie over the seams.


def distinct_n(texts, n):
    words = " ".join(texts).split()
    grams = [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0
