# wrong: generation_prompt_missing
# The generation prompt is left out when the text is rendered before encoding.


def encode_chat(tokenizer, messages):
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    enc = tokenizer(text, add_special_tokens=False, return_tensors="pt")
    return enc["input_ids"]
