# wrong: generation_prompt_missing
# The messages alone are taken to tell the model that it is its turn.


def encode_chat(tokenizer, messages):
    enc = tokenizer.apply_chat_template(
        messages, return_tensors="pt", return_dict=True
    )
    return enc["input_ids"]
