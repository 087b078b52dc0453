# wrong: wrong_type
# apply_chat_template with return_tensors is taken to give the tensor itself.


def encode_chat(tokenizer, messages):
    return tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt"
    )
