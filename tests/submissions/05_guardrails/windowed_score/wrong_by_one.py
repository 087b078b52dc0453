# wrong: stride_ignored
# A window at every token.
def windowed_score(tokens, score_fn, window, stride):
    best = float("-inf")
    start = 0
    while True:
        best = max(best, score_fn(tokens[start : start + window]))
        if start + window >= len(tokens):
            return best
        start += 1
