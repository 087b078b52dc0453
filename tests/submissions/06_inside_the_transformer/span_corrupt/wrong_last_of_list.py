# wrong: last_sentinel_fixed
# The last sentinel of all is taken to be the end.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = 0
    for i, (start, end) in enumerate(spans):
        inputs += input_ids[done:start] + [sentinels[i]]
        targets += [sentinels[i]] + input_ids[start:end]
        done = end
    inputs += input_ids[done:]
    targets.append(sentinels[-1])
    return inputs, targets
