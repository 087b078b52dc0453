# wrong: unknown_words
# A mean over no known words.
import math
import re
from collections import Counter


def injection_scores(train_texts, train_labels, texts):
    counts = {0: Counter(), 1: Counter()}
    for text, label in zip(train_texts, train_labels):
        words = re.findall(r"\w+", text.lower())
        counts[label].update(set(words) | set(zip(words, words[1:])))
    n = Counter(train_labels)
    odds = {
        f: math.log((counts[1][f] + 0.5) / (n[1] + 1)) - math.log((counts[0][f] + 0.5) / (n[0] + 1))
        for f in counts[0] | counts[1]
    }
    scores = []
    for text in texts:
        words = re.findall(r"\w+", text.lower())
        known = [odds[f] for f in set(words) | set(zip(words, words[1:])) if f in odds]
        scores.append(sum(known) / len(known))
    return scores
