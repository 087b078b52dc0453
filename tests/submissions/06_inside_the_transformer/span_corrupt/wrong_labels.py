# wrong: targets_are_the_text
# A label for every position, -100 where nothing is hidden: masked language modelling.


def span_corrupt(input_ids, spans, sentinels):
    inputs, done = [], 0
    labels = [-100] * len(input_ids)
    for (start, end), sentinel in zip(spans, sentinels):
        inputs += input_ids[done:start] + [sentinel]
        labels[start:end] = input_ids[start:end]
        done = end
    return inputs + input_ids[done:], labels
