# wrong: generation_prompt_not_counted
# The prompt is measured without the words that open the model's answer.


def count(tokenizer, messages):
    enc = tokenizer.apply_chat_template(messages, return_dict=True)
    return len(enc["input_ids"])


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    kept = list(messages)
    first = 1 if kept[0]["role"] == "system" else 0
    while count(tokenizer, kept) + max_new_tokens > context_length:
        starts = [i for i, m in enumerate(kept) if m["role"] == "user"]
        if len(starts) < 2:
            raise ValueError("not even the last turn fits")
        del kept[first:starts[1]]
    return kept
