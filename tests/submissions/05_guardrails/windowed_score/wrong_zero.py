# wrong: starts_at_zero
# The best so far begins at 0.
def windowed_score(tokens, score_fn, window, stride):
    best = 0.0
    start = 0
    while True:
        best = max(best, score_fn(tokens[start : start + window]))
        if start + window >= len(tokens):
            return best
        start += stride
