# right: TF-IDF of character n-grams, the margin in place of a probability
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression


def injection_scores(train_texts, train_labels, texts):
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=2)
    classifier = LogisticRegression(C=5.0, max_iter=500)
    classifier.fit(vectorizer.fit_transform(train_texts), train_labels)
    return [float(margin) for margin in classifier.decision_function(vectorizer.transform(texts))]
