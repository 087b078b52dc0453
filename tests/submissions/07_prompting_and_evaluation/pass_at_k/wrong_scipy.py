# wrong: calls_the_library
# scipy's hypergeometric distribution.
from scipy.stats import hypergeom


def pass_at_k(num_samples, num_correct, k):
    return float(hypergeom.sf(0, num_samples, num_correct, k))
