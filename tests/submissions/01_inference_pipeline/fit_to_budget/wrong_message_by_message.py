# wrong: turn_split
# Messages are dropped one by one, so an answer can stay without its question.


def count(tokenizer, messages):
    enc = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_dict=True
    )
    return len(enc["input_ids"])


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    kept = list(messages)
    first = 1 if kept[0]["role"] == "system" else 0
    last_user = max(i for i, m in enumerate(kept) if m["role"] == "user")
    can_go = last_user - first
    while count(tokenizer, kept) + max_new_tokens > context_length:
        if can_go == 0:
            raise ValueError("not even the last turn fits")
        del kept[first]
        can_go -= 1
    return kept
