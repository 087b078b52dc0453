# wrong: finished_take_a_beam
# Finished hypotheses stay in the beam and compete for its places.
import torch


def beam_search(
    log_prob_fn,
    start_ids,
    num_beams,
    max_new_tokens,
    eos_token_id,
    length_penalty=1.0,
):
    start = len(start_ids)
    beams = [(0.0, list(start_ids))]
    for _ in range(max_new_tokens):
        candidates = []
        for total, ids in beams:
            if len(ids) > start and ids[-1] == eos_token_id:
                candidates.append((total, ids))
                continue
            row = log_prob_fn(torch.tensor([ids]))[0].tolist()
            for token, logprob in enumerate(row):
                candidates.append((total + logprob, ids + [token]))
        candidates.sort(key=lambda c: c[0], reverse=True)
        beams = candidates[:num_beams]
    scored = []
    for total, ids in beams:
        scored.append((ids, total / (len(ids) - start) ** length_penalty))
    return sorted(scored, key=lambda s: s[1], reverse=True)
