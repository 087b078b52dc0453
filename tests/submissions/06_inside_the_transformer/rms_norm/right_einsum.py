# right: an inner product of the vector with itself
import torch


def rms_norm(x, weight, eps=1e-5):
    y = x.to(torch.float64)
    mean_square = torch.einsum("...h,...h->...", y, y) / y.size(-1)
    return torch.einsum(
        "...h,...,h->...h", y, (mean_square + eps) ** -0.5, weight.double()
    ).to(x.dtype)
