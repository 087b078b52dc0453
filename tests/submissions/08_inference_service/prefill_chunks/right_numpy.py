# right: numpy
import numpy as np


def prefill_chunks(waiting, num_running, max_batch_tokens):
    needed = np.array(waiting, dtype=int)
    before = needed.cumsum() - needed
    return np.clip(max_batch_tokens - num_running - before, 0, needed).tolist()
