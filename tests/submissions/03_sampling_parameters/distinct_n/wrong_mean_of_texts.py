# wrong: mean_of_texts
# One share per text, averaged.


def distinct_n(texts, n):
    shares = []
    for text in texts:
        words = text.split()
        grams = [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
        if grams:
            shares.append(len(set(grams)) / len(grams))
    return sum(shares) / len(shares) if shares else 0.0
