# right: recursion on the messages without their oldest turn


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    ids = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_dict=False
    )
    if len(ids) <= context_length - max_new_tokens:
        return messages
    users = [i for i in range(len(messages)) if messages[i]["role"] == "user"]
    if len(users) <= 1:
        raise ValueError(f"{len(ids)} tokens do not fit")
    system = messages[:1] if messages[0]["role"] == "system" else []
    return fit_to_budget(
        tokenizer, system + messages[users[1]:], context_length, max_new_tokens
    )
