# wrong: ids_differ
# To avoid a second BOS, both of them are taken away.


def encode_chat(tokenizer, messages):
    text = tokenizer.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=True
    )
    if tokenizer.bos_token:
        text = text.removeprefix(tokenizer.bos_token)
    enc = tokenizer(text, add_special_tokens=False, return_tensors="pt")
    return enc.input_ids
