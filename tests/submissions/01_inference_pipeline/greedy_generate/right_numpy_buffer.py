# right: a buffer full of padding, filled with numpy and cut at the end
import numpy as np
import torch


def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    B, T = input_ids.shape
    eos = np.array([] if eos_token_id is None else eos_token_id).reshape(-1)
    pad = model.generation_config.pad_token_id
    if pad is None:
        pad = eos[0] if eos.size else 0
    buffer = np.full((B, T + max_new_tokens), pad, dtype=np.int64)
    buffer[:, :T] = input_ids.numpy()
    open_rows, end = np.ones(B, dtype=bool), T
    while end < T + max_new_tokens and open_rows.any():
        ids = torch.from_numpy(buffer[:, :end])
        logits = model(ids).logits.detach().numpy()[:, -1]
        new = logits.argmax(axis=1)
        buffer[open_rows, end] = new[open_rows]
        open_rows &= ~np.isin(new, eos)
        end += 1
    return torch.from_numpy(buffer[:, :end].copy())
