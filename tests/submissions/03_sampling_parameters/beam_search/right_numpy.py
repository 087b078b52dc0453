# right: numpy arrays, pairs as lists, scores as numpy numbers
import numpy as np
import torch


def beam_search(
    log_prob_fn,
    start_ids,
    num_beams,
    max_new_tokens,
    eos_token_id,
    length_penalty=1.0,
):
    beams = np.array([start_ids], dtype=np.int64)
    sums = np.zeros(1)
    ended = []
    for n in range(1, max_new_tokens + 1):
        logprobs = np.asarray(log_prob_fn(torch.from_numpy(beams)), dtype=np.float64)
        table = sums[:, None] + logprobs
        eos_sums = table[:, eos_token_id].copy()
        table[:, eos_token_id] = -np.inf
        best = np.argsort(-table, axis=None)
        best = best[np.isfinite(table.flat[best])][:num_beams]
        full = len(best) == num_beams
        floor = table.flat[best[-1]] if full else -np.inf
        for row, total in zip(beams, eos_sums):
            if total > floor:
                whole = [*row.tolist(), eos_token_id]
                ended.append([whole, total / n**length_penalty])
        b, tokens = np.unravel_index(best, table.shape)
        beams = np.concatenate([beams[b], tokens[:, None]], axis=1)
        sums = table.flat[best]
        if len(beams) == 0:
            break
    for row, total in zip(beams, sums):
        ended.append([row.tolist(), total / max_new_tokens**length_penalty])
    ended.sort(key=lambda pair: pair[1])
    return ended[::-1][:num_beams]
