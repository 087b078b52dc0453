# right: numpy for the bookkeeping and the softmax, mode put back
import numpy as np
import torch


def next_token_probs(model, input_ids, attention_mask=None):
    B, T = input_ids.shape
    if attention_mask is None:
        mask = np.ones((B, T), dtype=np.int64)
    else:
        mask = attention_mask.cpu().numpy().astype(np.int64)
    positions = np.maximum(np.cumsum(mask, axis=1) - 1, 0)
    last = T - 1 - np.argmax(mask[:, ::-1], axis=1)
    mode = model.training
    model.train(False)
    try:
        out = model(
            input_ids,
            attention_mask=torch.from_numpy(mask),
            position_ids=torch.from_numpy(positions),
            use_cache=False,
        )
    finally:
        model.train(mode)
    logits = out.logits.detach().cpu().double().numpy()[np.arange(B), last]
    logits -= logits.max(axis=1, keepdims=True)
    probs = np.exp(logits)
    probs /= probs.sum(axis=1, keepdims=True)
    return torch.from_numpy(probs.astype(np.float32))
