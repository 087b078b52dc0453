# wrong: sentinel_behind_span
# In the targets a sentinel closes its span.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = 0
    for i, (start, end) in enumerate(spans):
        inputs += input_ids[done:start] + [sentinels[i]]
        targets += input_ids[start:end] + [sentinels[i]]
        done = end
    inputs += input_ids[done:]
    targets.append(sentinels[len(spans)])
    return inputs, targets
