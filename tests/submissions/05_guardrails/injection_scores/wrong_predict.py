# wrong: hard_labels
# Labels in place of scores.
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def injection_scores(train_texts, train_labels, texts):
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        LogisticRegression(C=10, class_weight="balanced", solver="liblinear"),
    )
    model.fit(train_texts, train_labels)
    return [float(label) for label in model.predict(texts)]
