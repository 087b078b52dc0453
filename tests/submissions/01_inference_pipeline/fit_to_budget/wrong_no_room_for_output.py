# wrong: output_not_reserved
# Only the prompt is taken to need room in the context.


def count(tokenizer, messages):
    enc = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_dict=True
    )
    return len(enc["input_ids"])


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    kept = list(messages)
    first = 1 if kept[0]["role"] == "system" else 0
    while count(tokenizer, kept) > context_length:
        starts = [i for i, m in enumerate(kept) if m["role"] == "user"]
        if len(starts) < 2:
            raise ValueError("not even the last turn fits")
        del kept[first:starts[1]]
    return kept
