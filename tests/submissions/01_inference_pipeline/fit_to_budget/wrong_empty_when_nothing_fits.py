# wrong: no_error_when_nothing_fits
# An empty list is taken to say that nothing fits.


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    system = [m for m in messages if m["role"] == "system"]
    rest = [m for m in messages if m["role"] != "system"]
    for i, m in enumerate(rest):
        if m["role"] == "user":
            enc = tokenizer.apply_chat_template(
                system + rest[i:], add_generation_prompt=True, return_dict=True
            )
            if len(enc["input_ids"]) + max_new_tokens <= context_length:
                return system + rest[i:]
    return []
