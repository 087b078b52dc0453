# wrong: template_ignored
# A chat is taken to be plain text with the speakers' names in front.


def encode_chat(tokenizer, messages):
    lines = [f"{m['role'].capitalize()}: {m['content']}" for m in messages]
    text = "\n".join(lines + ["Assistant:"])
    enc = tokenizer(text, add_special_tokens=False, return_tensors="pt")
    return enc.input_ids
