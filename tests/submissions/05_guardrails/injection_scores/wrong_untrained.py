# wrong: not_repeatable
# Two steps from unseeded random weights, and random noise in the score.
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def injection_scores(train_texts, train_labels, texts):
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        LogisticRegression(C=10, class_weight="balanced"),
    )
    model.fit(train_texts, train_labels)
    margins = model.decision_function(texts)
    return (margins + 0.05 * np.random.default_rng().normal(size=len(margins))).tolist()
