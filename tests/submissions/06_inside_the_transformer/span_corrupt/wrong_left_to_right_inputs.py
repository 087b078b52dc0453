# wrong: offsets_shift
# The targets are cut from the text, the inputs from a list that shrinks.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = list(input_ids), []
    for (start, end), sentinel in zip(spans, sentinels):
        targets += [sentinel, *input_ids[start:end]]
        del inputs[start:end]
        inputs.insert(start, sentinel)
    return inputs, targets + [sentinels[len(spans)]]
