# wrong: position_returned
# The window's place, not its score.
def windowed_score(tokens, score_fn, window, stride):
    scores, start = [], 0
    while not scores or start - stride + window < len(tokens):
        scores.append(score_fn(tokens[start : start + window]))
        start += stride
    return scores.index(max(scores)) * stride
