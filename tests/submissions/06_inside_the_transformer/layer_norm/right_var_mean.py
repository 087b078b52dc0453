# right: var_mean with correction=0, in place on a copy
import torch


def layer_norm(x, weight, bias, eps=1e-5):
    y = x.to(torch.float64, copy=True)
    variance, mean = torch.var_mean(y, dim=-1, correction=0, keepdim=True)
    y.sub_(mean).div_(variance.add_(eps).sqrt_())
    return torch.addcmul(bias.double(), y, weight.double()).type_as(x)
