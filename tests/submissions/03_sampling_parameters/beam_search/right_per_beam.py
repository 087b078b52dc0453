# right: one call per beam, a recursion over the steps, heapq for the best
import heapq

import torch


def beam_search(
    log_prob_fn,
    start_ids,
    num_beams,
    max_new_tokens,
    eos_token_id,
    length_penalty=1.0,
):
    done = []

    def step(beams, left):
        if left == 0 or not beams:
            return beams
        open_, ended = [], []
        for new, total in beams:
            logprobs = log_prob_fn(torch.tensor([[*start_ids, *new]]))[0]
            for token in range(len(logprobs)):
                child = ([*new, token], total + float(logprobs[token]))
                (ended if token == eos_token_id else open_).append(child)
        kept = heapq.nlargest(num_beams, open_, key=lambda c: c[1])
        floor = kept[-1][1] if len(kept) == num_beams else float("-inf")
        done.extend(c for c in ended if c[1] > floor)
        return step(kept, left - 1)

    left_over = step([([], 0.0)], max_new_tokens)
    ranked = [
        ([*start_ids, *new], total / len(new) ** length_penalty)
        for new, total in done + left_over
    ]
    return heapq.nlargest(num_beams, ranked, key=lambda pair: pair[1])
