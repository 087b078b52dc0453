# wrong: auc_below_bar
# The length of the text is the only feature.
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def injection_scores(train_texts, train_labels, texts):
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        LogisticRegression(C=10, class_weight="balanced", solver="liblinear"),
    )
    lengths = [[len(text) / 1000] for text in train_texts]
    model[1].fit(lengths, train_labels)
    return model[1].decision_function([[len(text) / 1000] for text in texts]).tolist()
