# wrong: tail_dropped
# Only whole windows.
def windowed_score(tokens, score_fn, window, stride):
    starts = range(0, max(len(tokens) - window, 0) + 1, stride)
    return max(score_fn(tokens[start : start + window]) for start in starts)
