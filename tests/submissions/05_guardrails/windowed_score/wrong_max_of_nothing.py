# wrong: short_text
# max of no windows raises; the tail is scored apart only behind whole windows.
def windowed_score(tokens, score_fn, window, stride):
    starts = list(range(0, len(tokens) - window + 1, stride))
    scores = [score_fn(tokens[s : s + window]) for s in starts]
    if starts and starts[-1] + window < len(tokens):
        scores.append(score_fn(tokens[starts[-1] + stride :]))
    return max(scores)
