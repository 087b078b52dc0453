# right: every start in the text, short windows behind the last included where stride is large
from functools import reduce


def windowed_score(tokens, score_fn, window, stride):
    windows = [tokens[0:window]]
    place = stride
    while place - stride + window < len(tokens):
        windows.append(tokens[place : min(place + window, len(tokens))])
        place += stride
    return reduce(lambda a, b: a if a > b else b, map(score_fn, windows))
