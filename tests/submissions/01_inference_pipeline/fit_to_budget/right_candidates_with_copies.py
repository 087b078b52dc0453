# right: all candidates from long to short, the first that fits, as copies


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    system = [m for m in messages if m["role"] == "system"]
    rest = [m for m in messages if m["role"] != "system"]

    def fits(chat):
        enc = tokenizer.apply_chat_template(
            chat, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        return enc["input_ids"].shape[1] + max_new_tokens <= context_length

    starts = (i for i, m in enumerate(rest) if m["role"] == "user")
    candidates = (system + rest[i:] for i in starts)
    best = next((c for c in candidates if fits(c)), None)
    if best is None:
        raise ValueError("nothing fits")
    return [dict(m) for m in best]
