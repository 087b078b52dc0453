# right: naive Bayes in plain Python: a sum of log odds
import math
import re
from collections import Counter


def features(text):
    words = re.findall(r"[^\W_]+|[^\w\s]", text.lower())
    return set(words) | set(zip(words, words[1:]))


def injection_scores(train_texts, train_labels, texts):
    counts = {0: Counter(), 1: Counter()}
    for text, label in zip(train_texts, train_labels):
        counts[label].update(features(text))
    n = Counter(train_labels)

    def odds(feature):
        attack = (counts[1][feature] + 0.5) / (n[1] + 1)
        benign = (counts[0][feature] + 0.5) / (n[0] + 1)
        return math.log(attack / benign)

    scores = []
    for text in texts:
        known = [f for f in features(text) if counts[0][f] + counts[1][f] > 1]
        scores.append(sum(odds(f) for f in known) / math.sqrt(len(known) + 1))
    return scores
