# wrong: stops_early
# The first hypothesis that ends is taken to be the best.
import torch


def beam_search(
    log_prob_fn,
    start_ids,
    num_beams,
    max_new_tokens,
    eos_token_id,
    length_penalty=1.0,
):
    running, finished = [(0.0, list(start_ids))], []
    for _ in range(max_new_tokens):
        if not running:
            break
        rows = log_prob_fn(torch.tensor([ids for _, ids in running])).tolist()
        candidates = []
        for (total, ids), row in zip(running, rows):
            for token, logprob in enumerate(row):
                candidates.append((total + logprob, ids + [token]))
        candidates.sort(key=lambda c: c[0], reverse=True)
        running = []
        for total, ids in candidates:
            if ids[-1] == eos_token_id:
                finished.append((total, ids))
            else:
                running.append((total, ids))
                if len(running) == num_beams:
                    break
        if finished:
            break
    scored = []
    for total, ids in finished + running:
        length = len(ids) - len(start_ids)
        scored.append((ids, total / length**length_penalty))
    scored.sort(key=lambda s: s[1], reverse=True)
    return scored[:num_beams]
