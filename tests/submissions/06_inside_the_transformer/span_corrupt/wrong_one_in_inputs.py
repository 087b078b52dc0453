# wrong: one_sentinel
# In the inputs every span has the same mark.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = 0
    for i, (start, end) in enumerate(spans):
        inputs += input_ids[done:start] + [sentinels[0]]
        targets += [sentinels[i]] + input_ids[start:end]
        done = end
    inputs += input_ids[done:]
    targets.append(sentinels[len(spans)])
    return inputs, targets
