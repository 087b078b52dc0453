# wrong: punctuation_split
# A regular expression splits off the punctuation.
import re


def distinct_n(texts, n):
    grams = []
    for text in texts:
        words = re.findall(r"\w+", text)
        grams += [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
    return len(set(grams)) / len(grams) if grams else 0.0
