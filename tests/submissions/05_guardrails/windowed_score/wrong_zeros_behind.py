# wrong: padding_added
# The last window is filled with zeros.
def windowed_score(tokens, score_fn, window, stride):
    best = float("-inf")
    start = 0
    while True:
        best = max(best, score_fn((tokens[start : start + window] + [0] * window)[:window]))
        if start + window >= len(tokens):
            return best
        start += stride
