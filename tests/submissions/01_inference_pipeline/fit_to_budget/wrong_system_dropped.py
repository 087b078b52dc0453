# wrong: system_dropped
# The system message is the oldest, so it is taken to be the first to go.


def count(tokenizer, messages):
    enc = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_dict=True
    )
    return len(enc["input_ids"])


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    kept = list(messages)
    while count(tokenizer, kept) + max_new_tokens > context_length:
        starts = [i for i, m in enumerate(kept) if m["role"] == "user"]
        if len(starts) < 2:
            raise ValueError("not even the last turn fits")
        kept = kept[starts[1]:]
    return kept
