# wrong: half_rotated
# The second half is computed from a first half that is new already.


def rope(x, position_ids, theta=10000.0):
    y = x.clone()
    half = y.shape[-1] // 2
    for i in range(half):
        angle = position_ids.float().unsqueeze(1) * theta ** (-i / half)
        y[..., i] = y[..., i] * angle.cos() - y[..., i + half] * angle.sin()
        y[..., i + half] = y[..., i + half] * angle.cos() + y[..., i] * angle.sin()
    return y
