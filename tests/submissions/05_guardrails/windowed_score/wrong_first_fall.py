# wrong: stops_early
# Stops when the scores fall.
def windowed_score(tokens, score_fn, window, stride):
    best = float("-inf")
    start = 0
    while True:
        score = score_fn(tokens[start : start + window])
        if score < best:
            return best
        best = score
        if start + window >= len(tokens):
            return best
        start += stride
