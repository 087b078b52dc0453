# wrong: wrong_dtype
# out_int32 saves memory, but ids are int64.
import torch


def sample_from_u(probs, u):
    mass = probs.cumsum(dim=-1)
    ids = torch.searchsorted(mass, u[:, None], right=True, out_int32=True)[:, 0]
    last = probs.shape[-1] - 1 - (probs > 0).int().flip(-1).argmax(dim=-1)
    return torch.minimum(ids, last.int())
