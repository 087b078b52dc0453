# wrong: running_forgotten
from itertools import accumulate, pairwise


def prefill_chunks(waiting, num_running, max_batch_tokens):
    left = max_batch_tokens
    ends = [min(end, left) for end in accumulate(waiting, initial=0)]
    return [b - a for a, b in pairwise(ends)]
