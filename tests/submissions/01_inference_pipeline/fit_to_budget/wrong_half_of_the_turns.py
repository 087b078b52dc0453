# wrong: dropped_too_much
# Half of the turns are dropped at a time, more than the budget asks for.


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    head = int(messages[0]["role"] == "system")
    starts = [i for i, m in enumerate(messages) if m["role"] == "user"]
    keep = len(starts)
    while keep > 0:
        chat = messages[:head] + messages[starts[-keep]:]
        text = tokenizer.apply_chat_template(
            chat, tokenize=False, add_generation_prompt=True
        )
        size = len(tokenizer.tokenize(text))
        if size + max_new_tokens <= context_length:
            return chat
        keep = keep // 2
    raise ValueError("nothing fits")
