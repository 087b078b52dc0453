# wrong: sentinel_per_token
# Every hidden token takes a sentinel of its own, as far as there are any.


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets = [], []
    done = used = 0
    for i, (start, end) in enumerate(spans):
        inputs += input_ids[done:start]
        for token in input_ids[start:end]:
            sentinel = sentinels[min(used, len(sentinels) - 1)]
            inputs.append(sentinel)
            targets += [sentinel, token]
            used += 1
        done = end
    inputs += input_ids[done:]
    targets.append(sentinels[min(used, len(sentinels) - 1)])
    return inputs, targets
