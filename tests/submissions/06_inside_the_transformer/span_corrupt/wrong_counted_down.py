# wrong: sentinels_computed
# Sentinels are counted down from the first, as in T5.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = 0
    for i, (start, end) in enumerate(spans):
        inputs += input_ids[done:start] + [sentinels[0] - i]
        targets += [sentinels[0] - i] + input_ids[start:end]
        done = end
    inputs += input_ids[done:]
    targets.append(sentinels[0] - len(spans))
    return inputs, targets
