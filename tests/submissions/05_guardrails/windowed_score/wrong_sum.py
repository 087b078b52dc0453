# wrong: mean_not_max
# The sum of the windows.
def windowed_score(tokens, score_fn, window, stride):
    scores, start = [], 0
    while not scores or start - stride + window < len(tokens):
        scores.append(score_fn(tokens[start : start + window]))
        start += stride
    return sum(scores)
