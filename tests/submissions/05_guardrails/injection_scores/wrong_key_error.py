# wrong: raised
# Only words of the training texts are looked up.
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def injection_scores(train_texts, train_labels, texts):
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        LogisticRegression(C=10, class_weight="balanced", solver="liblinear"),
    )
    model.fit(train_texts, train_labels)
    vocabulary, weights = model[0].vocabulary_, model[1].coef_[0]
    split = model[0].build_analyzer()
    return [sum(weights[vocabulary[w]] for w in split(text)) for text in texts]
