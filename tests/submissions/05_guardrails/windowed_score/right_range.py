# right: a range of starts, a generator
def windowed_score(tokens, score_fn, window, stride):
    last = max(len(tokens) - window, 0)
    count = -(-last // stride) + 1
    return max(score_fn(tokens[i * stride : i * stride + window]) for i in range(count))
