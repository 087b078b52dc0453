# wrong: not_repeatable
# A perceptron that sees the texts in another order each time.
import random
import re
from collections import Counter


def words_of(text):
    words = re.findall(r"\w+", text.lower())
    return Counter(words + list(zip(words, words[1:])))


def injection_scores(train_texts, train_labels, texts):
    weights = Counter()
    totals = Counter()
    train = [(words_of(text), 2 * label - 1) for text, label in zip(train_texts, train_labels)]
    for _ in range(10):
        random.shuffle(train)
        for words, sign in train:
            if sign * sum(weights[w] * n for w, n in words.items()) <= 0:
                for w, n in words.items():
                    weights[w] += sign * n
        totals.update(weights)
    return [
        sum(totals[w] * n for w, n in words_of(text).items()) / (1 + len(text)) ** 0.5
        for text in texts
    ]
