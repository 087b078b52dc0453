# right: walks from span to span


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = 0
    for (start, end), sentinel in zip(spans, sentinels):
        inputs += input_ids[done:start] + [sentinel]
        targets += [sentinel] + input_ids[start:end]
        done = end
    return inputs + input_ids[done:], targets + [sentinels[len(spans)]]
