# wrong: targets_are_the_text
# The whole text is to be predicted, as by an autoencoder.


def span_corrupt(input_ids, spans, sentinels):
    inputs, done = [], 0
    for (start, end), sentinel in zip(spans, sentinels):
        inputs += input_ids[done:start] + [sentinel]
        done = end
    return inputs + input_ids[done:], list(input_ids)
