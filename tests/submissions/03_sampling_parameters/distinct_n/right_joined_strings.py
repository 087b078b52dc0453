# right: n-grams joined by a space, counted with max(1, total)
def distinct_n(texts, n):
    seen, total = set(), 0
    for words in map(str.split, texts):
        grams = [" ".join(words[i : i + n]) for i in range(len(words) - n + 1)]
        seen.update(grams)
        total += len(grams)
    return len(seen) / max(1, total)
