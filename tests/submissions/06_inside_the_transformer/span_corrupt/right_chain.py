# right: pieces between the boundaries, chained
from itertools import chain


def span_corrupt(input_ids, spans, sentinels):
    starts = [start for start, _ in spans] + [len(input_ids)]
    ends = [0] + [end for _, end in spans]
    kept = [input_ids[a:b] for a, b in zip(ends, starts)]
    marks = [[s] for s in sentinels[: len(spans)]]
    hidden = [input_ids[a:b] for a, b in spans]
    inputs = kept[0] + list(chain(*(m + k for m, k in zip(marks, kept[1:]))))
    targets = list(chain(*(m + h for m, h in zip(marks, hidden))))
    return inputs, [*targets, sentinels[len(spans)]]
