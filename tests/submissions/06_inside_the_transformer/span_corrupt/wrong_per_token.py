# wrong: sentinel_per_token
# Every hidden token leaves a sentinel, as a mask token would.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = 0
    for i, (start, end) in enumerate(spans):
        inputs += input_ids[done:start] + [sentinels[i]] * (end - start)
        targets += [sentinels[i]] + input_ids[start:end]
        done = end
    inputs += input_ids[done:]
    targets.append(sentinels[len(spans)])
    return inputs, targets
