# right: a list of tuples and its set
def distinct_n(texts, n):
    ngrams = []
    for text in texts:
        words = text.split()
        for i in range(len(words) - n + 1):
            ngrams.append(tuple(words[i : i + n]))
    if not ngrams:
        return 0.0
    return len(set(ngrams)) / len(ngrams)
