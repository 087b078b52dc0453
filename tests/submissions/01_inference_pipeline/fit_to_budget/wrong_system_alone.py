# wrong: no_error_when_nothing_fits
# Where the last turn does not fit either, the system message alone is the answer.


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    system = [m for m in messages[:1] if m["role"] == "system"]
    rest = messages[len(system):]
    while True:
        kept = system + rest
        ids = tokenizer.apply_chat_template(kept, add_generation_prompt=True)["input_ids"]
        if len(ids) + max_new_tokens <= context_length:
            return kept
        if not rest:
            raise ValueError("nothing fits")
        rest = rest[1:]
        while rest and rest[0]["role"] != "user":
            rest = rest[1:]
