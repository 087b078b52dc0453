# wrong: input_changed
# Sentinels are taken out of the caller's list.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets, done = [], [], 0
    for start, end in spans:
        sentinel = sentinels.pop(0)
        inputs += input_ids[done:start] + [sentinel]
        targets += [sentinel] + input_ids[start:end]
        done = end
    return inputs + input_ids[done:], targets + [sentinels.pop(0)]
