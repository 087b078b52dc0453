# wrong: system_dropped
# The system message is taken to be a turn like the others, added last.


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    turns = []
    for m in messages:
        if m["role"] in ("system", "user"):
            turns.append([m])
        else:
            turns[-1].append(m)
    kept = None
    for n in range(1, len(turns) + 1):
        attempt = sum(turns[-n:], [])
        enc = tokenizer.apply_chat_template(
            attempt, add_generation_prompt=True, return_dict=True
        )
        if len(enc["input_ids"]) + max_new_tokens > context_length:
            break
        kept = attempt
    if kept is None:
        raise ValueError("the last turn does not fit")
    return kept
