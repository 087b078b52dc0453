# wrong: ids_differ
# The system message is taken to be a setting, not something the model reads.


def encode_chat(tokenizer, messages):
    chat = [m for m in messages if m["role"] != "system"]
    enc = tokenizer.apply_chat_template(
        chat, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    return enc["input_ids"]
