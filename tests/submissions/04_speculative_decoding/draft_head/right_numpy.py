# right: numpy in double precision
import numpy as np
import torch


def draft_head(hidden, input_ids, embedding, weight):
    h, e, w = (x.detach().double().numpy() for x in (hidden, embedding, weight))
    both = np.concatenate([e[input_ids.numpy()[1:]], h], axis=1)
    return torch.from_numpy(np.einsum("th,oh,vo->tv", both, w, e, optimize=True))
