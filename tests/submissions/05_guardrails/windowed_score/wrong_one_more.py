# wrong: window_too_long
# window + 1 tokens.
def windowed_score(tokens, score_fn, window, stride):
    best = float("-inf")
    start = 0
    while True:
        best = max(best, score_fn(tokens[start : start + window + 1]))
        if start + window >= len(tokens):
            return best
        start += stride
