# wrong: end_inclusive
# The token at the end is hidden too.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = 0
    for i, (start, end) in enumerate(spans):
        inputs += input_ids[done:start] + [sentinels[i]]
        targets += [sentinels[i]] + input_ids[start : end + 1]
        done = end + 1
    inputs += input_ids[done:]
    targets.append(sentinels[len(spans)])
    return inputs, targets
