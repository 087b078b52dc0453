# wrong: length_for_end
# A span is read as start and length.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = 0
    for i, (start, end) in enumerate(spans):
        end = start + end
        inputs += input_ids[done:start] + [sentinels[i]]
        targets += [sentinels[i]] + input_ids[start:end]
        done = end
    inputs += input_ids[done:]
    targets.append(sentinels[len(spans)])
    return inputs, targets
