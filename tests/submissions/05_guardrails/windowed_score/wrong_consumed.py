# wrong: input_changed
# The tokens are taken off the caller's list.
def windowed_score(tokens, score_fn, window, stride):
    best = score_fn(tokens[:window])
    while len(tokens) > window:
        del tokens[:stride]
        best = max(best, score_fn(tokens[:window]))
    return best
