# wrong: divides_by_tokens
# Divided by the number of words, as in one of the papers' readings.


def distinct_n(texts, n):
    grams, words_seen = set(), 0
    for text in texts:
        words = text.split()
        grams.update(tuple(words[i : i + n]) for i in range(len(words) - n + 1))
        words_seen += len(words)
    return len(grams) / words_seen if words_seen else 0.0
