# wrong: second_bos
# The rendered text already starts with BOS, but the tokenizer adds its own.


def encode_chat(tokenizer, messages):
    text = tokenizer.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=True
    )
    return tokenizer(text, return_tensors="pt").input_ids
