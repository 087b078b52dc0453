# wrong: one_sentinel
# The first sentinel marks every span.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = 0
    for i, (start, end) in enumerate(spans):
        inputs += input_ids[done:start] + [sentinels[0]]
        targets += [sentinels[0]] + input_ids[start:end]
        done = end
    inputs += input_ids[done:]
    targets.append(sentinels[0])
    return inputs, targets
