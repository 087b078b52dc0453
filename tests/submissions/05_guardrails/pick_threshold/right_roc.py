# right: scikit-learn's ROC curve
from sklearn.metrics import roc_curve


def pick_threshold(scores, labels, max_false_positive_rate):
    fpr, tpr, thresholds = roc_curve(labels, scores, drop_intermediate=False)
    allowed = fpr <= max_false_positive_rate
    return thresholds[allowed][tpr[allowed].argmax()]
