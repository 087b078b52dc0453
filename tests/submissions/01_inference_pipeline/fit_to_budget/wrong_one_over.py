# wrong: budget_off_by_one
# The last token of the answer is taken to need no place in the context.


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    system = [m for m in messages if m["role"] == "system"]
    rest = [m for m in messages if m["role"] != "system"]
    for i, m in enumerate(rest):
        if m["role"] == "user":
            chat = system + rest[i:]
            enc = tokenizer.apply_chat_template(
                chat, add_generation_prompt=True, return_dict=True
            )
            if len(enc["input_ids"]) + max_new_tokens - 1 <= context_length:
                return chat
    raise ValueError("nothing fits")
