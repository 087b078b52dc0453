# wrong: window_too_long
# The stride is added to the window.
def windowed_score(tokens, score_fn, window, stride):
    best = float("-inf")
    start = 0
    while True:
        best = max(best, score_fn(tokens[max(0, start - stride) : start + window]))
        if start + window >= len(tokens):
            return best
        start += stride
