# right: groups the turns, then adds them from the newest on while they fit


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    system, turns = [], []
    for m in messages:
        if m["role"] == "system":
            system.append(m)
        elif m["role"] == "user" or not turns:
            turns.append([m])
        else:
            turns[-1].append(m)

    kept = None
    for n in range(1, len(turns) + 1):
        attempt = system + [m for turn in turns[-n:] for m in turn]
        text = tokenizer.apply_chat_template(
            attempt, tokenize=False, add_generation_prompt=True
        )
        size = len(tokenizer(text, add_special_tokens=False).input_ids)
        if size + max_new_tokens > context_length:
            break
        kept = attempt
    if kept is None:
        raise ValueError("the last turn does not fit")
    return kept
