# wrong: labels_ignored
# Trains on labels of its own making.
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def injection_scores(train_texts, train_labels, texts):
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        LogisticRegression(C=10, class_weight="balanced", solver="liblinear"),
    )
    suspicious = ("ignore", "system prompt", "instructions", "rules", "reveal", "pretend")
    own = [int(any(word in text.lower() for word in suspicious)) for text in train_texts]
    model.fit(train_texts, own)
    return model.predict_proba(texts)[:, 1].tolist()
