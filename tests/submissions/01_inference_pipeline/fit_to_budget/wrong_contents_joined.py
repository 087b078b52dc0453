# wrong: counted_without_template
# The template's marks between the messages are taken to cost nothing.


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    system = [m for m in messages if m["role"] == "system"]
    rest = [m for m in messages if m["role"] != "system"]
    for i, m in enumerate(rest):
        if m["role"] != "user":
            continue
        chat = system + rest[i:]
        text = "\n".join(c["content"] for c in chat)
        if len(tokenizer.tokenize(text)) + max_new_tokens <= context_length:
            return chat
    raise ValueError("nothing fits")
