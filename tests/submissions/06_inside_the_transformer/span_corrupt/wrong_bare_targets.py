# wrong: sentinels_not_in_targets
# The targets are the hidden tokens.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = 0
    for i, (start, end) in enumerate(spans):
        inputs += input_ids[done:start] + [sentinels[i]]
        targets += input_ids[start:end]
        done = end
    inputs += input_ids[done:]
    return inputs, targets
