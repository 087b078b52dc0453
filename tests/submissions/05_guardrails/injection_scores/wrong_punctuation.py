# wrong: auc_below_bar
# Only punctuation is looked at.
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def injection_scores(train_texts, train_labels, texts):
    model = make_pipeline(
        TfidfVectorizer(token_pattern=r"[^\w\s]", sublinear_tf=True),
        LogisticRegression(C=10, class_weight="balanced"),
    )
    model.fit(train_texts, train_labels)
    return model.predict_proba(texts)[:, 1].tolist()
