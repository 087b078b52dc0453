# right: numpy arrays filled through one boolean mask
import numpy as np
import torch


def left_pad(sequences, pad_token_id):
    lengths = np.array([len(s) for s in sequences])
    T = lengths.max()
    real = np.arange(T)[None, :] >= T - lengths[:, None]
    ids = np.full(real.shape, pad_token_id, dtype=np.int64)
    ids[real] = [token for s in sequences for token in s]
    return torch.from_numpy(ids), torch.from_numpy(real.astype(np.int64))
