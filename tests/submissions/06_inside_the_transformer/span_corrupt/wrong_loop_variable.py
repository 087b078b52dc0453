# wrong: no_spans
# The loop variable is used behind the loop, which may not have run.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = 0
    for i, (start, end) in enumerate(spans):
        inputs += input_ids[done:start] + [sentinels[i]]
        targets += [sentinels[i]] + input_ids[start:end]
        done = end
    inputs += input_ids[done:]
    targets.append(sentinels[i + 1])
    return inputs, targets
