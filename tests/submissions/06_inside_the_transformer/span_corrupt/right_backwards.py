# right: replaces slices of a copy, from the right


def span_corrupt(input_ids, spans, sentinels):
    inputs = list(input_ids)
    targets = [sentinels[len(spans)]]
    for i in reversed(range(len(spans))):
        start, end = spans[i]
        targets = [sentinels[i], *inputs[start:end], *targets]
        inputs[start:end] = [sentinels[i]]
    return inputs, targets
