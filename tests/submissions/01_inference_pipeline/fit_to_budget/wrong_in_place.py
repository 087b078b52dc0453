# wrong: input_changed
# The caller's list is taken to be free to cut down.


def count(tokenizer, messages):
    enc = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_dict=True
    )
    return len(enc["input_ids"])


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    first = 1 if messages[0]["role"] == "system" else 0
    while count(tokenizer, messages) + max_new_tokens > context_length:
        starts = [i for i, m in enumerate(messages) if m["role"] == "user"]
        if len(starts) < 2:
            raise ValueError("not even the last turn fits")
        del messages[first:starts[1]]
    return messages
