# wrong: turn_split
# A turn is taken to be two messages, whatever the roles are.


def count(tokenizer, messages):
    enc = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_dict=True
    )
    return len(enc["input_ids"])


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    first = 1 if messages[0]["role"] == "system" else 0
    system, rest = messages[:first], messages[first:]
    last_user = max(i for i, m in enumerate(rest) if m["role"] == "user")
    start = 0
    while count(tokenizer, system + rest[start:]) + max_new_tokens > context_length:
        if start >= last_user:
            raise ValueError("not even the last turn fits")
        start = min(start + 2, last_user)
    return system + rest[start:]
