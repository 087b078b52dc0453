# wrong: calls_the_library
# A library's metric.


def perplexity(model, input_ids, window, stride):
    import evaluate

    metric = evaluate.load("perplexity")
    return metric.compute(model=model, data=input_ids, window=window, stride=stride)
