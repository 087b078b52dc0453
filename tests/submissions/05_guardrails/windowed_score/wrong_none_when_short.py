# wrong: short_text
# No whole window, no score.
def windowed_score(tokens, score_fn, window, stride):
    best = 0.0 if len(tokens) < window else float("-inf")
    start = 0
    while len(tokens) >= window:
        best = max(best, score_fn(tokens[start : start + window]))
        if start + window >= len(tokens):
            break
        start += stride
    return best
