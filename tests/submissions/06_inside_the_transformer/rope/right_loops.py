# right: a loop over rows, tokens and pairs, on a copy
import math


def rope(x, position_ids, theta=10000.0):
    B, h, T, d = x.shape
    y = x.clone()
    for b in range(B):
        for t in range(T):
            position = int(position_ids[b, t])
            for i in range(d // 2):
                angle = position / theta ** (2 * i / d)
                a, c = x[b, :, t, i], x[b, :, t, i + d // 2]
                y[b, :, t, i] = a * math.cos(angle) - c * math.sin(angle)
                y[b, :, t, i + d // 2] = c * math.cos(angle) + a * math.sin(angle)
    return y
