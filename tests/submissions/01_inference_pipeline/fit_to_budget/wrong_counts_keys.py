# wrong: counts_the_keys
# The template's result is taken to be the list of ids.


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    system = [m for m in messages if m["role"] == "system"]
    rest = [m for m in messages if m["role"] != "system"]
    for i, m in enumerate(rest):
        if m["role"] == "user":
            chat = system + rest[i:]
            ids = tokenizer.apply_chat_template(chat, add_generation_prompt=True)
            if len(ids) + max_new_tokens <= context_length:
                return chat
    raise ValueError("nothing fits")
