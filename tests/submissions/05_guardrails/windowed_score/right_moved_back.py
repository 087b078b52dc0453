# right: the last window moved back to full length; tuples; last first
def windowed_score(tokens, score_fn, window, stride):
    last = max(0, len(tokens) - window)
    starts = {*range(0, last + 1, stride), last}
    scores = {s: score_fn(tuple(tokens[s : s + window])) for s in sorted(starts, reverse=True)}
    return max(scores.values())
