# wrong: stops_early
# Stops at the first score above one half.
def windowed_score(tokens, score_fn, window, stride):
    best = float("-inf")
    start = 0
    while True:
        best = max(best, score_fn(tokens[start : start + window]))
        if best > 0.5 or start + window >= len(tokens):
            return best
        start += stride
