# wrong: replaced_by_value
# Ids that are hidden once are hidden wherever they occur.


def span_corrupt(input_ids, spans, sentinels):
    hidden = {token for start, end in spans for token in input_ids[start:end]}
    first = {start: i for i, (start, _) in enumerate(spans)}
    inputs, targets = [], []
    for place, token in enumerate(input_ids):
        if place in first:
            inputs.append(sentinels[first[place]])
        if token not in hidden:
            inputs.append(token)
    for i, (start, end) in enumerate(spans):
        targets += [sentinels[i], *input_ids[start:end]]
    return inputs, targets + [sentinels[len(spans)]]
