# wrong: tokens_dropped
# Hidden tokens leave nothing behind.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = 0
    for i, (start, end) in enumerate(spans):
        inputs += input_ids[done:start]
        targets += [sentinels[i]] + input_ids[start:end]
        done = end
    inputs += input_ids[done:]
    targets.append(sentinels[len(spans)])
    return inputs, targets
