# wrong: characters
# A text is sliced as it is: n-grams of characters.


def distinct_n(texts, n):
    grams = [text[i : i + n] for text in texts for i in range(len(text) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0
