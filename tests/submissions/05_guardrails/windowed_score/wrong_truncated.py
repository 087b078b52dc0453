# wrong: truncated
# What does not fit is cut off.
def windowed_score(tokens, score_fn, window, stride):
    return score_fn(tokens[:window])
