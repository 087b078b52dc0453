# wrong: counted_without_template
# The tokens of the contents are taken to be the tokens of the prompt.


def count(tokenizer, messages):
    total = 0
    for m in messages:
        total += len(tokenizer.encode(m["content"], add_special_tokens=False))
    return total


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    kept = list(messages)
    first = 1 if kept[0]["role"] == "system" else 0
    while count(tokenizer, kept) + max_new_tokens > context_length:
        starts = [i for i, m in enumerate(kept) if m["role"] == "user"]
        if len(starts) < 2:
            raise ValueError("not even the last turn fits")
        del kept[first:starts[1]]
    return kept
