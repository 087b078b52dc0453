# wrong: window_too_long
# Each window goes on to the end.
def windowed_score(tokens, score_fn, window, stride):
    best = float("-inf")
    start = 0
    while True:
        best = max(best, score_fn(tokens[start:]))
        if start + window >= len(tokens):
            return best
        start += stride
