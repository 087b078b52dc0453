# wrong: wrong_type
# A list of ids is taken to be what a model can be fed.


def encode_chat(tokenizer, messages):
    return tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_dict=False
    )
