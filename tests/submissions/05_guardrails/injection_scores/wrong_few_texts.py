# wrong: auc_below_bar
# Only the first twenty texts are used.
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def injection_scores(train_texts, train_labels, texts):
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        LogisticRegression(C=10, class_weight="balanced", solver="liblinear"),
    )
    half = [i for i, y in enumerate(train_labels) if y == 0][:10]
    half += [i for i, y in enumerate(train_labels) if y == 1][:10]
    model.fit([train_texts[i] for i in half], [train_labels[i] for i in half])
    return model.predict_proba(texts)[:, 1].tolist()
