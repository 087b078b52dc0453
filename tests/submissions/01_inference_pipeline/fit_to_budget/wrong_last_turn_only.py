# wrong: dropped_too_much
# Where not all of it fits, only the last turn is kept.


def count(tokenizer, messages):
    enc = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_dict=True
    )
    return len(enc["input_ids"])


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    if count(tokenizer, messages) + max_new_tokens <= context_length:
        return messages
    system = [m for m in messages if m["role"] == "system"]
    last_user = max(i for i, m in enumerate(messages) if m["role"] == "user")
    kept = system + messages[last_user:]
    if count(tokenizer, kept) + max_new_tokens > context_length:
        raise ValueError("not even the last turn fits")
    return kept
