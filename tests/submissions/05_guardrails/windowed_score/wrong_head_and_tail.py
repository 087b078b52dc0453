# wrong: middle_skipped
# The beginning and the end.
def windowed_score(tokens, score_fn, window, stride):
    return max(score_fn(tokens[:window]), score_fn(tokens[-window:]))
