# right: renders the text first, then encodes it without special tokens


def encode_chat(tokenizer, messages):
    text = tokenizer.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=True
    )
    enc = tokenizer(text, add_special_tokens=False, return_tensors="pt")
    return enc.input_ids
