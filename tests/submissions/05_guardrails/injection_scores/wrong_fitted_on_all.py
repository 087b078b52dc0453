# wrong: fitted_on_texts
# idf is taken from the texts to be scored too.
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def injection_scores(train_texts, train_labels, texts):
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        LogisticRegression(C=10, class_weight="balanced", solver="liblinear"),
    )
    vectorizer, classifier = model[0], model[1]
    vectorizer.fit(list(train_texts) + list(texts))
    classifier.fit(vectorizer.transform(train_texts), train_labels)
    return model.predict_proba(texts)[:, 1].tolist()
