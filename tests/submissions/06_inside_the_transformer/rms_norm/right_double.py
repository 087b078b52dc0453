# right: double precision throughout, weight before the cast
def rms_norm(x, weight, eps=1e-5):
    y = x.double()
    mean_square = (y * y).sum(dim=-1, keepdim=True) / y.shape[-1]
    return (y / (mean_square + eps).sqrt() * weight.double()).to(x.dtype)
