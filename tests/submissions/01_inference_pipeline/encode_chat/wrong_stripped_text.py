# wrong: ids_differ
# The newline at the end of the prompt is taken for untidiness and stripped.


def encode_chat(tokenizer, messages):
    text = tokenizer.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=True
    ).strip()
    enc = tokenizer(text, add_special_tokens=False, return_tensors="pt")
    return enc.input_ids
