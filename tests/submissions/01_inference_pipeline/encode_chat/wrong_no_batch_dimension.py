# wrong: wrong_shape
# One conversation is taken to need no batch dimension.


def encode_chat(tokenizer, messages):
    enc = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    return enc["input_ids"][0]
