# right: least squares on word counts in numpy; a tuple of numpy numbers
import re

import numpy as np


def injection_scores(train_texts, train_labels, texts):
    split = [re.findall(r"\w+", text.lower()) for text in train_texts]
    vocabulary = {w: i for i, w in enumerate(sorted({w for words in split for w in words}))}

    def rows(lists):
        x = np.zeros((len(lists), len(vocabulary)))
        for row, words in zip(x, lists):
            for w in words:
                if w in vocabulary:
                    row[vocabulary[w]] += 1
        x = np.log1p(x)
        return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)

    x = rows(split)
    y = np.array(train_labels) * 2.0 - 1.0
    # the dual form: as many unknowns as texts
    alpha = np.linalg.solve(x @ x.T + 0.3 * np.eye(len(x)), y - y.mean())
    w = x.T @ alpha
    return tuple(rows([re.findall(r"\w+", text.lower()) for text in texts]) @ w)
