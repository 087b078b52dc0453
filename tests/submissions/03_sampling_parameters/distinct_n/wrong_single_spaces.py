# wrong: split_on_single_spaces
# split(" ") makes empty words of double spaces and keeps newlines.


def distinct_n(texts, n):
    grams = []
    for text in texts:
        words = text.split(" ")
        grams += [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0
