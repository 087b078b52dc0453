# right: numpy, a label for every position
import numpy as np


def span_corrupt(input_ids, spans, sentinels):
    ids = np.array(input_ids, dtype=np.int64)
    label = np.full(len(ids), -1)
    for i, (start, end) in enumerate(spans):
        label[start:end] = i
    inputs, targets = [], []
    for token, i, before in zip(ids, label, [-1, *label[:-1]]):
        if i >= 0 and i != before:
            inputs.append(int(sentinels[i]))
            targets.append(int(sentinels[i]))
        (inputs if i < 0 else targets).append(int(token))
    targets.append(sentinels[len(spans)])
    return [inputs, targets]
