# right: the template's own tensors, taken out of the BatchEncoding


def encode_chat(tokenizer, messages):
    enc = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    return enc["input_ids"]
