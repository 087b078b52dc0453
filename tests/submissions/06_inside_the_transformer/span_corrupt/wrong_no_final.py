# wrong: final_sentinel_missing
# The targets end with the last span.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = 0
    for i, (start, end) in enumerate(spans):
        inputs += input_ids[done:start] + [sentinels[i]]
        targets += [sentinels[i]] + input_ids[start:end]
        done = end
    inputs += input_ids[done:]
    return inputs, targets
