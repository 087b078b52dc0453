# wrong: offsets_shift
# Each replacement shortens the list that the next offsets are laid on.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = list(input_ids), []
    for (start, end), sentinel in zip(spans, sentinels):
        targets += [sentinel, *inputs[start:end]]
        inputs[start:end] = [sentinel]
    return inputs, targets + [sentinels[len(spans)]]
