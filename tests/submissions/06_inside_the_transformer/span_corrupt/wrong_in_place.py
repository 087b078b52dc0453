# wrong: input_changed
# The caller's list is cut, from the right.


def span_corrupt(input_ids, spans, sentinels):
    targets = [sentinels[len(spans)]]
    for (start, end), sentinel in reversed(list(zip(spans, sentinels))):
        targets = [sentinel, *input_ids[start:end], *targets]
        input_ids[start:end] = [sentinel]
    return input_ids, targets
