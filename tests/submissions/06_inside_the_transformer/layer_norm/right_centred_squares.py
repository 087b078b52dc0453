# right: the mean of the centred squares, rsqrt, everything in double precision


def layer_norm(x, weight, bias, eps=1e-5):
    y = x.double()
    y = y - y.mean(-1, keepdim=True)
    y = y * (y.square().mean(-1, keepdim=True) + eps).rsqrt()
    return (weight.double() * y + bias.double()).to(x.dtype)
