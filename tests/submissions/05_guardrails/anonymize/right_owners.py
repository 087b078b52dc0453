# right: every pair of neighbouring characters that one span covers is glued together
import numpy as np


def anonymize(text, spans):
    covered = np.zeros(len(text) + 1, dtype=bool)
    glued = np.zeros(len(text) + 1, dtype=bool)  # with the character before
    for start, end, _ in spans:
        covered[start:end] = True
        glued[start + 1 : end] = True
    result = ""
    for i, character in enumerate(text):
        if not covered[i]:
            result += character
        elif not glued[i]:
            end = i + 1
            while glued[end]:
                end += 1
            inside = [s for s in spans if i <= s[0] and s[1] <= end]
            kind = sorted(inside, key=lambda s: s[1] - s[0])[-1][2]
            result += "<" + kind + ">"
    return result
