# right: one token after another, both sides as tuples


def span_corrupt(input_ids, spans, sentinels):
    inputs, targets, i = (), (), 0
    for place, token in enumerate(input_ids):
        if i < len(spans) and place == spans[i][0]:
            inputs += (sentinels[i],)
            targets += (sentinels[i],)
        if i < len(spans) and spans[i][0] <= place < spans[i][1]:
            targets += (token,)
            if place == spans[i][1] - 1:
                i += 1
        else:
            inputs += (token,)
    return inputs, targets + (sentinels[i],)
